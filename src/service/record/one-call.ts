import type { CompiledCatalog } from '../../core/awards/compile.js'
import type { NewCompletion } from '../../core/users/completion.js'
import { groupBy } from '../../core/values/group-by.js'
import type { Raise } from '../../store/progress/metrics.js'
import type { RecordCall } from '../../store/progress/record-call.js'
import type { InEffect, ServiceContext } from '../context/context.js'
import { raisesOf, raisingOf } from './raise.js'

let isCallAllowed = (): boolean => true

/** Sets whether the services of this process may record with a single call, so that tests can compare both paths. */
export function allowCalls(isAllowed: () => boolean): void {
  isCallAllowed = isAllowed
}

/** A call that stores completions, and its raises by user, then by the name of the metric. */
type PlannedCall = RecordCall & { readonly raisedByUser: ReadonlyMap<string, ReadonlyMap<string, Raise>> }

/**
 * Plans the call for new completions, whose keys must all differ. Returns null if a single call cannot record them: if
 * it is not known yet what is in effect, or if more than plain metrics listen to them.
 */
export function planCall(
  { catalogs: { inEffect } }: ServiceContext,
  rows: readonly NewCompletion[],
  recordedAt: Date,
): PlannedCall | null {
  if (!isCallAllowed() || !inEffect || !isPlain(inEffect.compiled, rows)) return null
  const { metricsByCategory } = inEffect.compiled
  const raisedByUser = new Map<string, ReadonlyMap<string, Raise>>()
  const raises: Raise[] = []
  for (const [userId, own] of groupBy(rows, row => row.userId)) {
    const raised = raisesOf(metricsByCategory, own)
    raisedByUser.set(userId, raised)
    raises.push(...raised.values())
  }
  const raising = raisingOf(inEffect.compiled, raises)
  let targetCount = 0
  for (const { fixed, repeated } of raising.targets.values()) targetCount += fixed.length + repeated.length
  if (targetCount > mostTargets + targetsPerRow * rows.length) return null
  return { rows, recordedAt, ...raising, raisedByUser, expected: expectationsOf(inEffect) }
}

// Every call sends all targets of its metrics. With more than these, it is faster to compare them here.
const mostTargets = 1_000
const targetsPerRow = 10

function isPlain(
  { metricsByCategory, pointsRulesByCategory }: CompiledCatalog,
  rows: readonly NewCompletion[],
): boolean {
  const categories = new Set(rows.map(({ category }) => category))
  return [...categories].every(category => {
    const metrics = metricsByCategory.get(category) ?? []
    const hasPoints = pointsRulesByCategory.has(category)
    return !hasPoints && metrics.every(({ counting, asksForDays }) => typeof counting === 'string' && !asksForDays)
  })
}

function expectationsOf({ compiled, catalogVersion, commonPauseChanges, counting }: InEffect): RecordCall['expected'] {
  return { counting, catalogVersion, pauseChanges: compiled.hasStreaks ? commonPauseChanges : null }
}
