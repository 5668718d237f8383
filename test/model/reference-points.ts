import type { PointsRule } from '../../src/core/points-rule.js'
import { modelCalendar } from './reference-calendar.js'
import { compare, type ModelCompletion, matches } from './reference-requirement.js'

/** What a completion brought by a rule of the catalog, fixed when it was recorded. */
export type ModelGain = {
  readonly completion: ModelCompletion
  /** Names the rule by what it looks at. */
  readonly source: string
  /** The local day to whose cap it counts, as it was then. */
  readonly day: string
  readonly points: number
}

/** What a completion brings that is recorded after `before`: of a rule with a cap, no more than its day has left. */
export function gainsOf(
  rules: readonly PointsRule[],
  completion: ModelCompletion,
  { before, day }: { readonly before: readonly ModelGain[]; readonly day: string },
): ModelGain[] {
  const ofUser = before.filter(gain => gain.completion.userId === completion.userId)
  const gains: ModelGain[] = []
  for (const rule of rules.filter(rule => matches(rule, completion))) {
    const source = sourceOf(rule)
    const today = [...ofUser, ...gains].filter(gain => gain.source === source && gain.day === day)
    const left = (rule.cap?.points ?? Number.POSITIVE_INFINITY) - sumOf(today)
    const points = Math.max(0, Math.min(rule.points, left))
    if (points > 0) gains.push({ completion, source, day, points })
  }
  return gains
}

export function sourceOf({ category, where = {} }: PointsRule): string {
  const tests = Object.entries(where).map(([property, test]) => [property, Object.entries(test).sort()])
  return JSON.stringify([[...new Set([category].flat())].sort(), tests.sort()])
}

export function sumOf(gains: readonly { readonly points: number }[]): number {
  return gains.reduce((sum, { points }) => sum + points, 0)
}

export type Scorer = {
  readonly userId: string
  readonly gains: readonly { readonly points: number; readonly at: Date }[]
}

const utc = modelCalendar([], [])

/** Who has the most points; of those with as many, who had the last of them first. `period`: that of `now` in UTC, or all. */
export function ranked(
  scorers: readonly Scorer[],
  period: 'week' | 'month' | 'all',
  now: Date,
): { userId: string; points: number }[] {
  return scorers
    .map(({ userId, gains }) => {
      const counted = gains.filter(({ points, at }) => {
        return points > 0 && (period === 'all' || utc.periodOf(period, at) === utc.periodOf(period, now))
      })
      return { userId, points: sumOf(counted), lastAt: Math.max(...counted.map(({ at }) => at.getTime())) }
    })
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.lastAt - b.lastAt || compare(a.userId, b.userId))
    .map(({ userId, points }) => ({ userId, points }))
}
