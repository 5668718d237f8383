import type { PeriodIndex, PeriodUnit } from '../time/period.js'
import type { Weekday } from '../time/weekday.js'
import type { MetricRow, MetricState } from './metric.js'

/** The rule of a streak. */
export type StreakRule = {
  readonly every: Exclude<PeriodUnit, 'year'>
  /** How many periods may be missed in each gap. */
  readonly grace: number
  /** How many completions a period takes. Default: 1. */
  readonly atLeast?: number | undefined
  /** The only days of the week that can be missed. Default: all. */
  readonly on?: ReadonlySet<Weekday> | undefined
  readonly freezes?: FreezeRule | undefined
  /** If set, the value is how often a streak reached this many more periods. Otherwise it is the longest streak. */
  readonly repeatEvery: number | undefined
}

/** How a streak earns freezes: one for each `every` periods, as long as fewer than `max` are held. */
export type FreezeRule = { readonly every: number; readonly max: number }

/** Periods without a gap, including both ends. */
export type Run = { readonly first: PeriodIndex; readonly last: PeriodIndex }

/** What is kept of a streak: the latest runs of periods that count. */
export type StreakState = {
  readonly runs: readonly Run[]
  readonly best: number
  /** Whether there were earlier runs. */
  readonly isCut: boolean
  /**
   * Periods without a completion that do not count as missed, because a change of time zone moved theirs to another
   * period.
   */
  readonly excused: readonly PeriodIndex[]
  /** How many completions the periods have that need more. In order. */
  readonly begun: readonly (readonly [period: PeriodIndex, count: number])[]
  /** The latest begun period that is no longer kept. */
  readonly lastDropped: PeriodIndex | null
}

/** Reads the state of a row. */
export function stateOf(row: MetricRow | undefined): StreakState {
  const { runs = noNumbers, best = 0, isCut = false, excused = noNumbers, begun, lastDropped = null } = storedIn(row)
  const pairs: Run[] = []
  for (let i = 0; i < runs.length; i += 2) pairs.push({ first: runs[i]!, last: runs[i + 1]! })
  return { runs: pairs, best, isCut, excused, begun: begun ? pairsIn(begun) : noneBegun, lastDropped }
}

const noNumbers: readonly number[] = []
const noneBegun: StreakState['begun'] = []

type Stored = {
  readonly runs?: readonly number[]
  readonly best?: number
  readonly isCut?: boolean
  readonly excused?: readonly number[]
  readonly begun?: readonly number[]
  readonly lastDropped?: number
}

function storedIn(row: MetricRow | undefined): Stored {
  return (row?.state ?? {}) as Stored
}

/** Returns a state for storing. What is empty is left out. */
export function storedStreak({ runs, best, isCut, excused, begun, lastDropped }: StreakState): MetricState {
  const flat: number[] = []
  for (const { first, last } of runs) flat.push(first, last)
  const state: { -readonly [Key in keyof Stored]: Stored[Key] } = { runs: flat, best }
  if (isCut) state.isCut = isCut
  if (excused.length > 0) state.excused = excused
  if (begun.length > 0) state.begun = begun.flat()
  if (lastDropped !== null) state.lastDropped = lastDropped
  return state
}

function pairsIn(flat: readonly number[]): (readonly [number, number])[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!])
}

/** Tells whether a period counts. */
export function holds(runs: readonly Run[], period: PeriodIndex): boolean {
  const run = runs.findLast(({ first }) => first <= period)
  return run !== undefined && period <= run.last
}

/** Tells whether anything was completed in a period. */
export function hasBegun({ runs, begun }: StreakState, period: PeriodIndex): boolean {
  return holds(runs, period) || begun.some(([other]) => other === period)
}

/** Adds a period and returns the position of the run that now contains it. Null if it was there already. */
export function withPeriod(
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

/** Adds up the periods of runs. */
export function lengthOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}
