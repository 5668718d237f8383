import { type Calendar, countedDay } from '../time/calendar.js'
import { type PeriodIndex, periodOf } from '../time/period.js'
import type { Periods } from '../time/stretch.js'
import { type MetricRow, type MetricRows, putRow, type Step, type SteppedCounting, wholePart } from './metric.js'
import { type ChainRules, chainAt, walkChains } from './streak-chains.js'
import { streakAt } from './streak-place.js'
import {
  hasBegun,
  holds,
  lengthOf,
  type Run,
  type StreakRule,
  type StreakState,
  stateOf,
  storedStreak,
  withPeriod,
} from './streak-state.js'

/**
 * Counts periods in a row. Keeps the latest runs of periods without a gap, so that late completions extend and join
 * them. A completion from before the kept runs is in doubt.
 */
export function streakCounting(rule: StreakRule): SteppedCounting {
  return {
    isOrderFree: false,
    isStrict: false,
    usesLatest: takesSeveral(rule),
    partsOf: () => [],
    step: (rows, step) => stepStreak(rule, rows, step),
    countsTimes: rule.repeatEvery !== undefined,
    idlenessOf: (_, step, counted) => {
      const { completion, calendar } = step
      if (calendar.isPaused(calendar.dayOf(completion.completedAt.getTime()))) return 'paused'
      return takesSeveral(rule) && isOfBegun(rule, counted, step) ? 'too-few' : undefined
    },
    stretchOf: (rows, step) => chainAround(rule, rows, step),
    present: ({ whole, now, calendar }) => streakAt(rule, whole, { now, calendar }).current,
  }
}

/** How many runs are kept, unless they all belong to one chain, and how many begun periods. */
const keptLimit = 64

function takesSeveral({ atLeast = 1 }: StreakRule): boolean {
  return atLeast > 1
}

function stepStreak(rule: StreakRule, rows: MetricRows, { completion, calendar }: Step): boolean {
  const { every } = rule
  const at = completion.completedAt
  const day = calendar.dayOf(at.getTime())
  if (calendar.isPaused(day)) return true
  const row = rows.get(wholePart)
  // Near a change of time zone, the order in time decides on which day a completion counts.
  if (row && at < row.lastAt && calendar.isNearChange(at.getTime())) return false
  const before = stateOf(row)
  const own = periodOf(every, day)
  const period = countedPeriod(every, before, { at, calendar })
  if (isForgotten(before, Math.min(period, own))) return false
  const { added, begun } = withBegun(rule, before, period)
  const excused = period === own ? before.excused : withExcused(before, own)
  if (added === null && begun === before.begun && excused === before.excused) {
    // The time of the latest completion decides which later ones are in doubt.
    if (takesSeveral(rule) && at > row!.lastAt) putRow(rows, wholePart, { ...row!, at })
    return true
  }
  const rules = { rule, calendar, excused }
  const runs = added?.runs ?? before.runs
  const length = added
    ? lengthOf(chainAt(rules, runs, added.place))
    : excused === before.excused
      ? 0
      : longest(rules, runs)
  const best = Math.max(before.best, length)
  const value = rule.repeatEvery === undefined ? best : repeated(rules, { row, before, runs, every: rule.repeatEvery })
  const state = storedStreak(pruned(rules, { ...before, runs, best, excused, begun }))
  putRow(rows, wholePart, { value, at, state })
  return true
}

type LocalInstant = { readonly at: Date; readonly calendar: Calendar }

function countedPeriod(every: StreakRule['every'], state: StreakState, { at, calendar }: LocalInstant): PeriodIndex {
  return periodOf(
    every,
    countedDay(calendar, at.getTime(), day => hasBegun(state, periodOf(every, day))),
  )
}

function isForgotten({ isCut, runs, lastDropped }: StreakState, period: PeriodIndex): boolean {
  return (isCut && period < runs[0]!.first) || (lastDropped !== null && period <= lastDropped)
}

// A period counts once it has enough completions.
function withBegun(
  { atLeast = 1 }: StreakRule,
  { runs, begun }: StreakState,
  period: PeriodIndex,
): { readonly added: ReturnType<typeof withPeriod>; readonly begun: StreakState['begun'] } {
  if (atLeast === 1) return { added: withPeriod(runs, period), begun }
  if (holds(runs, period)) return { added: null, begun }
  const count = (begun.find(([other]) => other === period)?.[1] ?? 0) + 1
  const others = begun.filter(([other]) => other !== period)
  if (count >= atLeast) return { added: withPeriod(runs, period), begun: others }
  return { added: null, begun: [...others, [period, count] as const].sort(([a], [b]) => a - b) }
}

// A period whose completion counts on a day of an earlier zone is not missed.
function withExcused({ runs, excused }: StreakState, period: PeriodIndex): readonly PeriodIndex[] {
  if (excused.includes(period) || holds(runs, period)) return excused
  return [...excused, period].sort((a, b) => a - b)
}

function longest(rules: ChainRules, runs: readonly Run[]): number {
  return Math.max(0, ...walkChains(rules, runs).chains.map(lengthOf))
}

type Repeated = {
  readonly row: MetricRow | undefined
  readonly before: StreakState
  readonly runs: readonly Run[]
  readonly every: number
}

// Runs that are no longer kept are already counted, so only the difference that the kept runs make is added.
function repeated(rules: ChainRules, { row, before, runs, every }: Repeated): number {
  const timesIn = (known: ChainRules, kept: readonly Run[]): number =>
    walkChains(known, kept).chains.reduce((sum, chain) => sum + Math.floor(lengthOf(chain) / every), 0)
  const timesBefore = timesIn({ ...rules, excused: before.excused }, before.runs)
  return ((row?.value ?? 0) as number) + timesIn(rules, runs) - timesBefore
}

// Removes whole chains, the oldest first: a chain that is kept is complete, so its length is known.
function pruned(rules: ChainRules, state: StreakState): StreakState {
  if (state.runs.length <= keptLimit && state.excused.length === 0 && state.begun.length === 0) return state
  const runs = prunedRuns(rules, state.runs)
  const isCut = state.isCut || runs.length < state.runs.length
  const first = runs[0]?.first ?? Number.NEGATIVE_INFINITY
  const excused = state.excused.filter(period => period > first)
  const begun = isCut ? state.begun.filter(([period]) => period > first) : state.begun
  if (begun.length <= keptLimit) return { ...state, runs, isCut, excused, begun }
  const [dropped] = begun[begun.length - keptLimit - 1]!
  return { ...state, runs, isCut, excused, begun: begun.slice(-keptLimit), lastDropped: dropped }
}

function prunedRuns(rules: ChainRules, runs: readonly Run[]): readonly Run[] {
  if (runs.length <= keptLimit) return runs
  const chains = [...walkChains(rules, runs).chains]
  let count = runs.length
  while (count > keptLimit && chains.length > 1) count -= chains.shift()!.length
  return chains.flat()
}

// Whether the period of a completion has too few, after all completions were counted.
function isOfBegun({ every }: StreakRule, rows: MetricRows, { completion, calendar }: Step): boolean {
  const state = stateOf(rows.get(wholePart))
  const period = countedPeriod(every, state, { at: completion.completedAt, calendar })
  return state.begun.some(([other]) => other === period)
}

// The chain of a completion, or the one that it would make if its period counted.
function chainAround(rule: StreakRule, rows: MetricRows, { completion, calendar }: Step): Periods {
  const { every } = rule
  const state = stateOf(rows.get(wholePart))
  const { runs, excused } = state
  const at = countedPeriod(every, state, { at: completion.completedAt, calendar })
  const added = withPeriod(runs, at) ?? { runs, place: runs.findLastIndex(({ first }) => first <= at) }
  const chain = chainAt({ rule, calendar, excused }, added.runs, added.place)
  const [first, last] = [chain[0]!.first, chain.at(-1)!.last]
  const counted = takesSeveral(rule) ? { counted: runs } : {}
  return { type: 'periods', unit: every, first, last, at, ...counted }
}
