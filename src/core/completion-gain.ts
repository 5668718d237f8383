import type { Calendar } from './calendar.js'
import type { Countable } from './metric.js'
import { labelsAround } from './part-counting.js'
import { dayLabel } from './period.js'
import type { CompiledPointsRule } from './points-rule.js'

/** What one points rule brings for one completion. `period`: the local day by which a capped rule counts; empty else. */
export type CompletionGain = { readonly source: string; readonly period: string; readonly points: number }

/** What rules know of a user: the calendar, and what capped rules have brought by source and day. */
export type GainView = {
  readonly calendar: Calendar
  readonly gained: ReadonlyMap<string, ReadonlyMap<string, number>>
}

type RulesByCategory = ReadonlyMap<string, readonly CompiledPointsRule[]>

/** Fixes what completions of one user bring by themselves, in the order given: a cap cuts the last gain. */
export function gainsOf(
  rules: RulesByCategory,
  completions: readonly Countable[],
  { calendar, gained }: GainView,
): readonly (readonly CompletionGain[])[] {
  const sums = new Map([...gained].map(([source, days]) => [source, new Map(days)]))
  return completions.map(completion =>
    matching(rules, completion).flatMap(({ source, points, capPerDay }) => {
      if (capPerDay === null) return [{ source, period: '', points }]
      const period = dayLabel(calendar.dayOf(completion.completedAt.getTime()))
      const days = sums.get(source) ?? new Map<string, number>()
      const before = days.get(period) ?? 0
      const left = Math.min(points, capPerDay - before)
      if (left <= 0) return []
      sums.set(source, days.set(period, before + left))
      return [{ source, period, points: left }]
    }),
  )
}

/** Lists what of the ledger fixing a completion's gains needs: capped rules on the days that it may fall on. */
export function capsOf(rules: RulesByCategory, completion: Countable): readonly Omit<CompletionGain, 'points'>[] {
  const capped = matching(rules, completion).filter(({ capPerDay }) => capPerDay !== null)
  return capped.flatMap(({ source }) => labelsAround('day', completion.completedAt).map(period => ({ source, period })))
}

/** What caps held back: the days on which rules have brought all that they bring, named by {@link fullDayName}. */
export type CapView = { readonly calendar: Calendar; readonly fullDays: ReadonlySet<string> }

/** Names a local day of a rule. */
export function fullDayName({ source, period }: Omit<CompletionGain, 'points'>): string {
  return `${source} ${period}`
}

/** Tells whether a cap kept a completion from bringing what today's rules say that it brings. */
export function isCappedGain(rules: RulesByCategory, completion: Countable, { calendar, fullDays }: CapView): boolean {
  if (fullDays.size === 0) return false
  const own = matching(rules, completion)
  const due = own.reduce((sum, { points }) => sum + points, 0)
  if ((completion.points ?? 0) >= due) return false
  const period = dayLabel(calendar.dayOf(completion.completedAt.getTime()))
  return own.some(({ source, capPerDay }) => capPerDay !== null && fullDays.has(fullDayName({ source, period })))
}

function matching(rules: RulesByCategory, completion: Countable): readonly CompiledPointsRule[] {
  return rules.get(completion.category)?.filter(rule => rule.matches(completion)) ?? []
}
