import type { Catalog } from '../catalog/catalog.js'
import type { CapPeriod, PointsRule } from '../catalog/points-rule.js'
import { parseDuration } from '../time/duration.js'
import { dayMs } from '../time/period.js'
import { joinPath } from '../values/shape-faults.js'
import type { CatalogWarning } from './warning.js'

/** Finds limits of points rules that have no effect. */
export function pointsWarnings({ points }: Catalog): readonly CatalogWarning[] {
  return points.flatMap(ruleWarnings)
}

// The longest that each can be, with a change of the clocks.
const longestMs: Readonly<Record<Exclude<CapPeriod, 'ever'>, number>> = {
  day: dayMs + 3_600_000,
  week: 7 * dayMs + 3_600_000,
  month: 31 * dayMs + 3_600_000,
}

function ruleWarnings({ cap, cooldown }: PointsRule, i: number): readonly CatalogWarning[] {
  if (!cap || cap.per === 'ever' || cooldown === undefined || parseDuration(cooldown)! < longestMs[cap.per]) return []
  const problem = `is longer than a ${cap.per}, so the cap per ${cap.per} is for one completion at most`
  const fix = 'Make it shorter, or use a cap for a longer period.'
  return [{ kind: 'window', path: joinPath('points', i, 'cooldown'), problem, fix }]
}
