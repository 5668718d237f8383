import { type Calendar, countedDay } from '../time/calendar.js'
import { type PeriodUnit, periodLabel, periodOf } from '../time/period.js'
import { periodAround, type Stretch, windowUntil } from '../time/stretch.js'
import { compareDecimals, type Decimal, formatDecimal, parseDecimal, timesWhole } from '../values/decimal.js'
import {
  foldAmount,
  type MetricRow,
  type MetricRows,
  type MetricState,
  type PlainFold,
  putRow,
  type Step,
  type SteppedCounting,
  wholePart,
} from './metric.js'
import { appended, type Entry, entriesOf, noEntries, type RecentEntries, sumUntil } from './recent-entries.js'
import type { IdleReason } from './refusal.js'

/** How a milestone repeats: after each time, counting starts again once the cooldown is over. */
export type RepeatRule = {
  readonly target: Decimal
  readonly fold: PlainFold
  /** 0 for no cooldown. */
  readonly cooldownMs: number
  /** If set, only amounts in the same rolling window are combined. Cannot be combined with a unit. */
  readonly withinMs: number | undefined
  /** If set, amounts are combined within one calendar period, and a period gives at most one time. */
  readonly unit: PeriodUnit | undefined
}

/**
 * Counts how often a target is reached, when that depends on the order in time: with a cooldown or a rolling window.
 * Completions during the cooldown add nothing, nor does the part beyond a target. A completion earlier than the latest
 * counted one is in doubt. Within one time zone, more completions, wherever they are in time, never give fewer times; a
 * flight west can make a day start again.
 */
export function repeatCounting(rule: RepeatRule): SteppedCounting {
  return {
    isOrderFree: false,
    isStrict: true,
    usesLatest: true,
    partsOf: () => [],
    step: (rows, step) => stepRepeat(rule, rows, step),
    countsTimes: true,
    idlenessOf: (rows, step) => idleness(rule, rows, step),
    stretchOf: (rows, step) => stretchAt(rule, rows, step),
    present: ({ whole, now, calendar }) => presentAmount(rule, whole, { now, calendar }),
  }
}

type RepeatState = {
  /** When the target was last reached, in milliseconds. Null before the first time. */
  readonly reachedAt: number | null
  /**
   * Amounts since then, by period if there is a unit. Several are kept, because a change of zone may set a clock back
   * by a day.
   */
  readonly sums: readonly (readonly [label: string, sum: string])[]
  /** The latest periods in which it was reached. */
  readonly reachedIn: readonly string[]
}

const keptPeriodCount = 4

function stepRepeat(rule: RepeatRule, rows: MetricRows, { completion, amount, calendar }: Step): boolean {
  const at = completion.completedAt
  const row = rows.get(wholePart)
  if (row && at < row.lastAt) return false
  const value = (row?.value ?? 0) as number
  const before = stateOf(row)
  const label = labelAt(rule, before, { at, calendar })
  if (isIdle(rule, before, { label, at })) {
    putRow(rows, wholePart, { ...row, value, at })
    return true
  }
  const added =
    rule.withinMs === undefined
      ? addedSum(rule, before, { label, amount })
      : addedEntry(rule.withinMs, row, { at: at.getTime(), until: at.getTime(), amount })
  if (added === undefined) return false
  const isReached = compareDecimals(added.amount, wanted(rule, value)) >= 0
  const state = isReached ? reachedState(rule, before, { label, at }) : { ...before, ...added.state }
  const entries = added.entries && { entries: isReached ? noEntries : added.entries }
  putRow(rows, wholePart, { value: isReached ? value + 1 : value, at, state, ...entries })
  // The period names the badge, so the periods that were reached are stored forever.
  if (isReached && rule.unit !== undefined) putRow(rows, label, { value: 1, at })
  return true
}

// A maximum must reach the next multiple. A sum starts at 0 each time.
function wanted({ fold, unit, target }: RepeatRule, value: number): Decimal {
  return fold === 'maximum' && unit === undefined ? timesWhole(target, value + 1) : target
}

type Added = { readonly amount: Decimal; readonly state: MetricState; readonly entries?: RecentEntries }

function addedSum(
  { fold }: RepeatRule,
  before: RepeatState,
  { label, amount }: { readonly label: string; readonly amount: Decimal },
): Added {
  const sum = foldAmount(fold, sumAt(before, label), amount)
  const others = before.sums.filter(([other]) => other !== label)
  return { amount: sum, state: { sums: [...others, [label, formatDecimal(sum)]].slice(-keptPeriodCount) } }
}

// All entries are from the time since it was last reached, and from one window. Undefined if the window now begins inside of
// joined entries.
function addedEntry(withinMs: number, row: MetricRow | undefined, entry: Entry): Added | undefined {
  const entries = appended(entriesOf(row, withinMs), entry, { withinMs, keptMs: withinMs })
  return entries && { amount: entries.windowSum, state: {}, entries }
}

type PeriodPart = { readonly label: string; readonly at: Date }

function reachedState({ unit }: RepeatRule, { reachedIn }: RepeatState, { label, at }: PeriodPart): RepeatState {
  const periods = unit === undefined ? [] : [...reachedIn, label].slice(-keptPeriodCount)
  return { reachedAt: at.getTime(), sums: [], reachedIn: periods }
}

function stateOf(row: MetricRow | undefined): RepeatState {
  const { reachedAt = null, sums = [], reachedIn = [] } = (row?.state ?? {}) as Partial<RepeatState>
  return { reachedAt, sums, reachedIn }
}

// In the cooldown, or in a period that was already reached.
function isIdle(rule: RepeatRule, state: RepeatState, place: PeriodPart): boolean {
  return isCoolingDown(rule, state, place) || state.reachedIn.includes(place.label)
}

function isCoolingDown({ cooldownMs }: RepeatRule, { reachedAt }: RepeatState, { at }: PeriodPart): boolean {
  return reachedAt !== null && at.getTime() < reachedAt + cooldownMs
}

function idleness(rule: RepeatRule, rows: MetricRows, { completion, calendar }: Step): IdleReason | undefined {
  const at = completion.completedAt
  const state = stateOf(rows.get(wholePart))
  const place = { label: labelAt(rule, state, { at, calendar }), at }
  if (isCoolingDown(rule, state, place)) return 'cooldown'
  return isIdle(rule, state, place) ? 'period-reached' : undefined
}

function stretchAt({ unit, withinMs }: RepeatRule, rows: MetricRows, { completion, calendar }: Step): Stretch | null {
  const at = completion.completedAt
  if (unit !== undefined) return periodAround(unit, dayAt(unit, stateOf(rows.get(wholePart)), { at, calendar }))
  return withinMs === undefined ? null : windowUntil(at, withinMs)
}

type LocalInstant = { readonly at: Date; readonly calendar: Calendar }

function labelAt({ unit }: RepeatRule, state: RepeatState, instant: LocalInstant): string {
  return unit === undefined ? '' : periodLabel(unit, periodOf(unit, dayAt(unit, state, instant)))
}

function dayAt(unit: PeriodUnit, { sums, reachedIn }: RepeatState, { at, calendar }: LocalInstant): number {
  return countedDay(calendar, at.getTime(), day => {
    const label = periodLabel(unit, periodOf(unit, day))
    return reachedIn.includes(label) || sums.some(([other]) => other === label)
  })
}

function sumAt({ sums }: RepeatState, label: string): Decimal {
  return parseDecimal(sums.find(([other]) => other === label)?.[1] ?? '0')
}

function presentAmount(
  rule: RepeatRule,
  row: MetricRow | undefined,
  { now, calendar }: { readonly now: Date; readonly calendar: Calendar },
): Decimal | undefined {
  const state = stateOf(row)
  const label = labelAt(rule, state, { at: now, calendar })
  if (isIdle(rule, state, { label, at: now })) return 0
  return rule.withinMs === undefined
    ? sumAt(state, label)
    : sumUntil(entriesOf(row, rule.withinMs), now.getTime(), rule.withinMs)
}
