import { type Calendar, startOfPeriod } from '../time/calendar.js'
import { type PeriodIndex, periodOf } from '../time/period.js'
import type { MetricRow } from './metric.js'
import { type ChainRules, canBeMissed, crossGap, type Reserve, takeGranted, walkChains } from './streak-chains.js'
import { type FreezeRule, lengthOf, type StreakRule, stateOf } from './streak-state.js'

/**
 * The current state of a streak. It ends at `endsAt` unless something is completed before; freezes that are held are
 * used first. A streak of 0 has no end.
 */
export type StreakPlace = {
  current: number
  best: number
  endsAt: Date | null
  /** Set if the streak has freezes. */
  freezes?: StreakFreezes
}

/** The freezes of a streak: each is used for a period that is missed. */
export type StreakFreezes = {
  /** How many there are now. */
  held: number
  /** How many the current streak has used. */
  used: number
  /** How many more periods until one is earned. Null while `max` or more are held. */
  nextIn: number | null
  /** When one is used, unless enough is completed before. Null if none is held, or without a current streak. */
  usesAt: Date | null
}

/**
 * Returns the state of a streak at an instant. It is alive if no more periods were missed before the current one than
 * the grace and freezes cover.
 */
export function streakAt(
  rule: StreakRule,
  row: MetricRow | undefined,
  { now, calendar }: { readonly now: Date; readonly calendar: Calendar },
): StreakPlace {
  const { runs, best, excused } = stateOf(row)
  const rules = { rule, calendar, excused }
  const today = periodOf(rule.every, calendar.dayOf(now.getTime()))
  const { chains, reserve } = walkChains(rules, runs)
  const last = runs.at(-1)?.last ?? null
  const { isCovered, free } = crossGap(rules, reserve, { after: last, before: today })
  if (rule.freezes) takeGranted(reserve, rule.freezes.every, today)
  if (last === null || !isCovered) return { current: 0, best, endsAt: null, ...freezesOf(rule.freezes, reserve, null) }
  const next = Math.max(today, last + 1)
  const endAfter = (missedCount: number): Date => endOfMissed({ rules, now }, next, missedCount)
  const held = heldIn(rule.freezes, reserve)
  const endsAt = endAfter(free + held + 1)
  const freezes = freezesOf(rule.freezes, reserve, held > 0 ? endAfter(free + 1) : null)
  return { current: lengthOf(chains.at(-1)!), best, endsAt, ...freezes }
}

type UserMoment = { readonly rules: ChainRules; readonly now: Date }

// When so many periods from a period on were missed, if nothing is completed.
function endOfMissed({ rules, now }: UserMoment, from: PeriodIndex, missedCount: number): Date {
  let period = from
  for (let count = 0; count < missedCount; period++) if (canBeMissed(rules, period)) count += 1
  return startOfPeriod(rules.calendar, { unit: rules.rule.every, period, ms: now.getTime() })
}

function heldIn(rule: FreezeRule | undefined, { collected }: Reserve): number {
  return rule ? Math.floor(collected / rule.every) : 0
}

function freezesOf(
  rule: FreezeRule | undefined,
  reserve: Reserve,
  usesAt: Date | null,
): { readonly freezes?: StreakFreezes } {
  if (!rule) return {}
  const { every, max } = rule
  const held = heldIn(rule, reserve)
  const nextIn = held >= max ? null : every - (reserve.collected % every)
  return { freezes: { held, used: reserve.used, nextIn, usesAt } }
}
