import type { Calendar } from '../time/calendar.js'
import { firstDayOf, type PeriodIndex, periodOf } from '../time/period.js'
import { weekdayOf } from '../time/weekday.js'
import type { Run, StreakRule } from './streak-state.js'

/** What decides which periods of a user follow on each other. */
export type ChainRules = {
  readonly rule: Pick<StreakRule, 'every' | 'grace' | 'on' | 'freezes'>
  readonly calendar: Calendar
  readonly excused: readonly PeriodIndex[]
}

/** What protects a streak at some time. It changes as the walk goes on. */
export type Reserve = {
  /** The periods collected for freezes: each freeze is `every` of them. */
  collected: number
  /** The periods in which the freezes to come were granted, in order. */
  granted: readonly PeriodIndex[]
  /** How many freezes the streak has used. */
  used: number
}

/** Runs that form streaks, in order, and what the latest streak has left. */
export type ChainWalk = { readonly chains: readonly (readonly Run[])[]; readonly reserve: Reserve }

/** Goes through runs in order of time and joins those that form a streak. */
export function walkChains(rules: ChainRules, runs: readonly Run[]): ChainWalk {
  const reserve = { collected: 0, granted: grantedPeriods(rules), used: 0 }
  const chains: Run[][] = []
  for (const run of runs) {
    const chain = chains.at(-1)
    const { isCovered } = crossGap(rules, reserve, { after: chain ? chain.at(-1)!.last : null, before: run.first })
    if (chain && isCovered) chain.push(run)
    else chains.push([run])
    collect(rules, reserve, run)
  }
  return { chains, reserve }
}

/** The runs around a position that form a streak. */
export function chainAt(rules: ChainRules, runs: readonly Run[], place: number): readonly Run[] {
  // A freeze may come from far back, otherwise the runs around it are enough.
  if (rules.rule.freezes) return walkChains(rules, runs).chains.find(chain => chain.includes(runs[place]!))!
  let start = place
  while (start > 0 && areConnected(rules, runs[start - 1]!, runs[start]!)) start -= 1
  let end = place
  while (end < runs.length - 1 && areConnected(rules, runs[end]!, runs[end + 1]!)) end += 1
  return runs.slice(start, end + 1)
}

function areConnected(rules: ChainRules, before: Run, after: Run): boolean {
  let { grace: free } = rules.rule
  for (let period = before.last + 1; period < after.first && free >= 0; period++) {
    if (canBeMissed(rules, period)) free -= 1
  }
  return free >= 0
}

const none: readonly PeriodIndex[] = []

function grantedPeriods({ rule: { every, freezes }, calendar }: ChainRules): readonly PeriodIndex[] {
  return freezes ? calendar.freezeDays.map(day => periodOf(every, day)) : none
}

/** The periods between two others. `after`: null for everything before the first. */
export type Gap = { readonly after: PeriodIndex | null; readonly before: PeriodIndex }

/**
 * Goes through a gap: each period that is missed beyond the grace uses a freeze, whether a streak is running or not. So
 * a completion that arrives later never breaks a streak. `free`: what is left of the grace.
 */
export function crossGap(
  rules: ChainRules,
  reserve: Reserve,
  { after, before }: Gap,
): { readonly isCovered: boolean; readonly free: number } {
  const { grace, freezes } = rules.rule
  const cost = freezes?.every ?? Number.POSITIVE_INFINITY
  let free = after === null ? 0 : grace
  let isCovered = after !== null
  let period = after === null ? (reserve.granted[0] ?? before) : after + 1
  for (; period < before; period++) {
    takeGranted(reserve, cost, period)
    if (!canBeMissed(rules, period)) continue
    if (free > 0) {
      free -= 1
    } else if (reserve.collected >= cost) {
      reserve.collected -= cost
      reserve.used += 1
    } else {
      isCovered = false
      reserve.collected = 0
      // Nothing changes until the next freeze is granted.
      period = Math.max(period, (reserve.granted[0] ?? before) - 1)
    }
  }
  takeGranted(reserve, cost, before - 1)
  if (!isCovered) reserve.used = 0
  return { isCovered, free }
}

/** Adds the freezes that were granted up to a period. */
export function takeGranted(reserve: Reserve, cost: number, until: PeriodIndex): void {
  while (reserve.granted.length > 0 && reserve.granted[0]! <= until) {
    reserve.granted = reserve.granted.slice(1)
    reserve.collected += cost
  }
}

// A freeze that is granted in a period that counts comes after it.
function collect({ rule: { freezes } }: ChainRules, reserve: Reserve, { first, last }: Run): void {
  if (!freezes) return
  const { every, max } = freezes
  const most = every * max
  const count = (until: PeriodIndex, from: PeriodIndex): void => {
    if (reserve.collected < most) reserve.collected = Math.min(most, reserve.collected + until - from + 1)
  }
  let from = first
  for (let [next] = reserve.granted; next !== undefined && next <= last; [next] = reserve.granted) {
    if (next >= from) count(next, from)
    from = Math.max(from, next + 1)
    takeGranted(reserve, every, next)
  }
  if (from <= last) count(last, from)
}

/** Tells whether skipping a period breaks a streak that has nothing left. */
export function canBeMissed({ rule: { every, on }, calendar, excused }: ChainRules, period: PeriodIndex): boolean {
  if (!calendar.canBeMissed(every, period) || excused.includes(period)) return false
  if (on === undefined) return true
  if (every === 'day') return on.has(weekdayOf(period))
  for (let day = firstDayOf(every, period); day < firstDayOf(every, period + 1); day++) {
    if (on.has(weekdayOf(day)) && calendar.canBeMissed('day', day)) return true
  }
  return false
}
