import { type Calendar, countedDay, startOfPeriod } from '../time/calendar.js'
import { type PeriodIndex, type PeriodUnit, periodOf } from '../time/period.js'
import type { Stretch } from '../time/stretch.js'
import { type MetricRow, type MetricRows, putRow, type Step, type SteppedCounting, wholePart } from './metric.js'

/** The rule of a streak. */
export type StreakRule = {
  readonly every: Exclude<PeriodUnit, 'year'>
  /** How many periods may be missed in each gap. */
  readonly grace: number
  /** If set, the value is how often a streak reached this many more periods. Otherwise it is the longest streak. */
  readonly repeatEvery: number | undefined
}

/**
 * The current state of a streak. It ends at `endsAt` unless something is completed before. A streak of 0 has no end.
 */
export type StreakPlace = { current: number; best: number; endsAt: Date | null }

/**
 * Counts periods in a row. Keeps the latest runs of periods without a gap, so that late completions extend and join
 * them. A completion from before the kept runs is in doubt.
 */
export function streakCounting(rule: StreakRule): SteppedCounting {
  return {
    isOrderFree: false,
    isStrict: false,
    usesLatest: false,
    partsOf: () => [],
    step: (rows, step) => stepStreak(rule, rows, step),
    countsTimes: rule.repeatEvery !== undefined,
    idlenessOf: (_, { completion, calendar }) =>
      calendar.isPaused(calendar.dayOf(completion.completedAt.getTime())) ? 'paused' : undefined,
    stretchOf: (rows, step) => chainAround(rule, rows, step),
    present: ({ whole, now, calendar }) => streakAt(rule, whole, { now, calendar }).current,
  }
}

/**
 * Returns the state of a streak at an instant. It is alive if at most `grace` periods were missed before the current
 * one.
 */
export function streakAt(
  { every, grace }: StreakRule,
  row: MetricRow | undefined,
  { now, calendar }: { readonly now: Date; readonly calendar: Calendar },
): StreakPlace {
  const { runs, best, excused } = stateOf(row)
  const last = runs.at(-1)
  const today = periodOf(every, calendar.dayOf(now.getTime()))
  const rules = { every, grace, calendar, excused }
  if (!last || missedBetween(rules, [last.last, today]) > grace) {
    return { current: 0, best, endsAt: null }
  }
  const current = lengthOf(chainAt(rules, runs, runs.length - 1))
  let period = last.last + 1
  for (let missedCount = 0; missedCount <= grace; period++) if (canBeMissed(rules, period)) missedCount += 1
  return { current, best, endsAt: startOfPeriod(calendar, { unit: every, period, ms: now.getTime() }) }
}

/** Periods without a gap, including both ends. */
type Run = { readonly first: PeriodIndex; readonly last: PeriodIndex }
type StreakState = {
  readonly runs: readonly Run[]
  readonly best: number
  readonly isCut: boolean
  /**
   * Periods without a completion that do not count as missed, because a change of time zone moved theirs to another
   * period.
   */
  readonly excused: readonly PeriodIndex[]
}
type Rules = Pick<StreakRule, 'every' | 'grace'> & {
  readonly calendar: Calendar
  readonly excused: readonly PeriodIndex[]
}

/** How many runs are kept, unless they all belong to one chain. */
const runLimit = 64

function stepStreak(rule: StreakRule, rows: MetricRows, { completion, calendar }: Step): boolean {
  const { every, grace } = rule
  const at = completion.completedAt
  const day = calendar.dayOf(at.getTime())
  if (calendar.isPaused(day)) return true
  const row = rows.get(wholePart)
  // Near a change of time zone, the order in time decides on which day a completion counts.
  if (row && at < row.lastAt && calendar.isNearChange(at.getTime())) return false
  const before = stateOf(row)
  const own = periodOf(every, day)
  const period = countedPeriod(every, before, { at, calendar })
  if (before.isCut && Math.min(period, own) < before.runs[0]!.first) return false
  const { runs, place } = withPeriod(before.runs, period) ?? { runs: before.runs, place: null }
  const excused = period === own ? before.excused : withExcused(before, own)
  if (place === null && excused === before.excused) return true
  const rules = { every, grace, calendar, excused }
  const around = place ?? runs.findLastIndex(({ first }) => first <= own)
  const best = Math.max(before.best, around < 0 ? 0 : lengthOf(chainAt(rules, runs, around)))
  const value = rule.repeatEvery === undefined ? best : repeated(rules, { row, before, runs, every: rule.repeatEvery })
  const kept = pruned(rules, runs)
  const state = { runs: kept.flatMap(({ first, last }) => [first, last]), best, ...cutMark(before, kept, runs) }
  putRow(rows, wholePart, { value, at, state: { ...state, ...excusedMark(excused, kept) } })
  return true
}

function countedPeriod(
  every: PeriodUnit,
  { runs }: StreakState,
  { at, calendar }: { readonly at: Date; readonly calendar: Calendar },
): PeriodIndex {
  return periodOf(
    every,
    countedDay(calendar, at.getTime(), day => holds(runs, periodOf(every, day))),
  )
}

function holds(runs: readonly Run[], period: PeriodIndex): boolean {
  const run = runs.findLast(({ first }) => first <= period)
  return run !== undefined && period <= run.last
}

// A period whose completion counts on a day of an earlier zone is not missed.
function withExcused({ runs, excused }: StreakState, period: PeriodIndex): readonly PeriodIndex[] {
  if (excused.includes(period) || holds(runs, period)) return excused
  return [...excused, period].sort((a, b) => a - b)
}

function excusedMark(excused: readonly PeriodIndex[], kept: readonly Run[]): { excused?: readonly PeriodIndex[] } {
  const needed = excused.filter(period => period > kept[0]!.first)
  return needed.length > 0 ? { excused: needed } : {}
}

function cutMark({ isCut }: StreakState, kept: readonly Run[], runs: readonly Run[]): { isCut?: true } {
  return isCut || kept.length < runs.length ? { isCut: true } : {}
}

function stateOf(row: MetricRow | undefined): StreakState {
  const {
    runs = [],
    best = 0,
    isCut = false,
    excused = [],
  } = (row?.state ?? {}) as {
    readonly runs?: readonly number[]
    readonly best?: number
    readonly isCut?: boolean
    readonly excused?: readonly number[]
  }
  const pairs = Array.from({ length: runs.length / 2 }, (_, i) => ({ first: runs[2 * i]!, last: runs[2 * i + 1]! }))
  return { runs: pairs, best, isCut, excused }
}

// Adds a period and returns the position of the run that now contains it. Null if it was there already.
function withPeriod(
  runs: readonly Run[],
  period: PeriodIndex,
): { readonly runs: readonly Run[]; readonly place: number } | null {
  // Starts at the end, because it is usually the latest run.
  let place = runs.length
  while (place > 0 && runs[place - 1]!.first > period) place -= 1
  const before = runs[place - 1]
  if (before && period <= before.last) return null
  const after = runs[place]
  const joinsBefore = before?.last === period - 1
  const joinsAfter = after?.first === period + 1
  const run = { first: joinsBefore ? before.first : period, last: joinsAfter ? after.last : period }
  const start = joinsBefore ? place - 1 : place
  return { runs: runs.toSpliced(start, place - start + (joinsAfter ? 1 : 0), run), place: start }
}

// The runs around a position that form a chain: no gap between them misses more than the grace.
function chainAt(rules: Rules, runs: readonly Run[], place: number): readonly Run[] {
  let start = place
  while (start > 0 && areConnected(rules, runs[start - 1]!, runs[start]!)) start -= 1
  let end = place
  while (end < runs.length - 1 && areConnected(rules, runs[end]!, runs[end + 1]!)) end += 1
  return runs.slice(start, end + 1)
}

// The chain that contains the period of a completion, or only this period if no chain does.
function chainAround({ every, grace }: StreakRule, rows: MetricRows, { completion, calendar }: Step): Stretch {
  const state = stateOf(rows.get(wholePart))
  const { runs, excused } = state
  const period = countedPeriod(every, state, { at: completion.completedAt, calendar })
  const place = runs.findLastIndex(({ first }) => first <= period)
  const rules = { every, grace, calendar, excused }
  const own = { first: period, last: period }
  const chain = place >= 0 && areConnected(rules, runs[place]!, own) ? chainAt(rules, runs, place) : [own]
  return { type: 'periods', unit: every, first: chain[0]!.first, last: chain.at(-1)!.last }
}

function chainsOf(rules: Rules, runs: readonly Run[]): readonly (readonly Run[])[] {
  const chains: Run[][] = []
  for (const run of runs) {
    const last = chains.at(-1)
    if (last && areConnected(rules, last.at(-1)!, run)) last.push(run)
    else chains.push([run])
  }
  return chains
}

function lengthOf(chain: readonly Run[]): number {
  return chain.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}

function areConnected(rules: Rules, before: Run, after: Run): boolean {
  return missedBetween(rules, [before.last, after.first]) <= rules.grace
}

// Counts the missed periods between two others, and stops once they exceed the grace.
function missedBetween(rules: Rules, [before, after]: readonly [PeriodIndex, PeriodIndex]): number {
  let count = 0
  for (let period = before + 1; period < after && count <= rules.grace; period++) {
    if (canBeMissed(rules, period)) count += 1
  }
  return count
}

function canBeMissed({ every, calendar, excused }: Rules, period: PeriodIndex): boolean {
  return calendar.canBeMissed(every, period) && !excused.includes(period)
}

type Repeated = {
  readonly row: MetricRow | undefined
  readonly before: StreakState
  readonly runs: readonly Run[]
  readonly every: number
}

// Runs that are no longer kept are already counted, so only the difference that the kept runs make is added.
function repeated(rules: Rules, { row, before, runs, every }: Repeated): number {
  const timesIn = (known: Rules, kept: readonly Run[]): number =>
    chainsOf(known, kept).reduce((sum, chain) => sum + Math.floor(lengthOf(chain) / every), 0)
  const timesBefore = timesIn({ ...rules, excused: before.excused }, before.runs)
  return ((row?.value ?? 0) as number) + timesIn(rules, runs) - timesBefore
}

// Removes whole chains, the oldest first: a chain that is kept is complete, so its length is known.
function pruned(rules: Rules, runs: readonly Run[]): readonly Run[] {
  if (runs.length <= runLimit) return runs
  const chains = [...chainsOf(rules, runs)]
  let count = runs.length
  while (count > runLimit && chains.length > 1) count -= chains.shift()!.length
  return chains.flat()
}
