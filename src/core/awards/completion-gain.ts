import type { CompiledPointsRule } from '../catalog/points-rule.js'
import type { Countable } from '../metrics/metric.js'
import { labelsAround } from '../metrics/part-counting.js'
import { type Calendar, countedDay } from '../time/calendar.js'
import { dayLabel } from '../time/period.js'

/** A rule on a local day. `period` is empty for a rule without a cap. */
export type RuleDay = { readonly source: string; readonly period: string }

/** What one points rule gives for one completion. */
export type CompletionGain = RuleDay & { readonly points: number } & Partial<CappedOffer>

/** What a rule with a cap offers for a completion, and the cap, both as they were when it was recorded. */
export type CappedOffer = { readonly offered: number; readonly cap: number }

/** What a capped rule has given on a local day. `lowestCap` and `lastAt` are taken over all its offers on that day. */
export type DayGains = {
  readonly points: number
  readonly offered: number
  readonly lowestCap: number | null
  readonly lastAt: Date
}

/** What rules know about a user: the calendar, and what capped rules have given, by source and day. */
export type GainView = {
  readonly calendar: Calendar
  readonly gained: ReadonlyMap<string, ReadonlyMap<string, DayGains>>
}

type RulesByCategory = ReadonlyMap<string, readonly CompiledPointsRule[]>

/**
 * Returns the local day whose cap applies to a completion. `hasOffers`: whether the rule offered anything on a day. If
 * only a change of time zone put the completion on another day, the cap of the earlier day still applies.
 */
export function capDayOf(calendar: Calendar, completedAt: Date, hasOffers: (day: string) => boolean): string {
  return dayLabel(countedDay(calendar, completedAt.getTime(), day => hasOffers(dayLabel(day))))
}

/**
 * Works out what completions of one user offer and are worth, one after the other: a cap leaves them what is still free
 * on that day.
 */
export function gainsOf(
  rules: RulesByCategory,
  completions: readonly Countable[],
  { calendar, gained }: GainView,
): readonly (readonly CompletionGain[])[] {
  const given = new Map<string, number>()
  return completions.map(completion =>
    matching(rules, completion).map(({ source, points: offered, capPerDay: cap }) => {
      if (cap === null) return { source, period: '', points: offered }
      const hasOffers = (day: string): boolean =>
        given.has(ruleDayName({ source, period: day })) || (gained.get(source)?.get(day)?.offered ?? 0) > 0
      const period = capDayOf(calendar, completion.completedAt, hasOffers)
      const name = ruleDayName({ source, period })
      const before = given.get(name) ?? gained.get(source)?.get(period)?.points ?? 0
      const points = leftOf({ offered, cap }, before)
      given.set(name, before + points)
      return { source, period, points, offered, cap }
    }),
  )
}

/** Returns what a cap leaves of an offer, after what the rule has already given on that day. */
export function leftOf({ offered, cap }: CappedOffer, before: number): number {
  return Math.max(0, Math.min(offered, cap - before))
}

/** A completion's gains, and when it happened. */
export type DatedGains = { readonly completedAt: Date; readonly gains: readonly CompletionGain[] }

/**
 * Tells whether new completions may take points from those recorded earlier. They do if they come earlier on a day
 * whose cap is too low for all offers, or near a change of time zone, where they may move later ones to another day.
 * Then only the history shows what each is worth. `lastAt`: the time of the latest completion that was worth something,
 * or null.
 */
export function takesRoom(fresh: readonly DatedGains[], { calendar, gained, lastAt }: GainView & Latest): boolean {
  if (fresh.some(({ completedAt, gains }) => isLateNearChange({ completedAt, gains }, { calendar, gained, lastAt })))
    return true
  if (gained.size === 0) return false
  const days = new Map<string, { before: DayGains; offered: number; lowestCap: number; isLate: boolean }>()
  for (const { completedAt, gains } of fresh) {
    for (const { source, period, offered = 0, cap = Number.POSITIVE_INFINITY } of gains) {
      const before = gained.get(source)?.get(period)
      if (!before || before.offered === 0) continue
      const name = ruleDayName({ source, period })
      const day = days.get(name)
      days.set(name, {
        before,
        offered: (day?.offered ?? before.offered) + offered,
        lowestCap: Math.min(day?.lowestCap ?? before.lowestCap ?? Number.POSITIVE_INFINITY, cap),
        isLate: (day?.isLate ?? false) || completedAt <= before.lastAt,
      })
    }
  }
  return [...days.values()].some(({ isLate, offered, lowestCap }) => isLate && offered > lowestCap)
}

type Latest = { readonly lastAt: Date | null }

function isLateNearChange(
  { completedAt, gains }: DatedGains,
  { calendar, gained, lastAt }: GainView & Latest,
): boolean {
  const capped = gains.filter(({ cap }) => cap !== undefined)
  if (capped.length === 0 || !calendar.isNearChange(completedAt.getTime())) return false
  if (lastAt && completedAt < lastAt) return true
  return capped.some(({ source }) => [...(gained.get(source)?.values() ?? [])].some(day => completedAt < day.lastAt))
}

/** Lists the ledger entries needed to work out a completion's gains: capped rules on the days on which it may count. */
export function capsOf(rules: RulesByCategory, completion: Countable): readonly RuleDay[] {
  const capped = matching(rules, completion).filter(({ capPerDay }) => capPerDay !== null)
  return capped.flatMap(({ source }) => labelsAround('day', completion.completedAt).map(period => ({ source, period })))
}

function ruleDayName({ source, period }: RuleDay): string {
  return `${source} ${period}`
}

function matching(rules: RulesByCategory, completion: Countable): readonly CompiledPointsRule[] {
  return rules.get(completion.category)?.filter(rule => rule.matches(completion)) ?? []
}
