import type { Calendar } from '../time/calendar.js'
import type { PeriodUnit } from '../time/period.js'
import type { Stretch } from '../time/stretch.js'
import { addDecimals, type Decimal, decimalToNumber, maxDecimal, negated } from '../values/decimal.js'
import { assertNever } from '../values/errors.js'
import type { Metadata } from '../values/metadata.js'
import type { RecentEntries } from './recent-entries.js'
import type { IdleReason, RefusalReason } from './refusal.js'

/** What a metric sees of a completion. */
export type Countable = {
  readonly category: string
  readonly itemKey: string
  readonly metadata: Metadata
  readonly completedAt: Date
  /** The points of the completion itself, by everything that is stored. Default: none. */
  readonly points?: number
}

/**
 * A number stored per user, with a reducer that recording and recounting share. Its name says what it counts, so
 * requirements that count the same thing share one row. Completions never lower a metric: if lower is better, it holds
 * negated numbers.
 */
export type Metric = {
  readonly name: string
  /** The categories that the metric counts. */
  readonly categories: readonly string[]
  readonly readsMetadata: boolean
  /** Set if the database can count the metric alone: all completions of its categories, or only certain items. */
  readonly tally: Tally | null
  /** Whether the result depends on the user's local days. */
  readonly asksForDays: boolean
  /** Set if each calendar period has a part of its own. */
  readonly unit: PeriodUnit | undefined
  /**
   * The value before anything counts. It is below every possible value: 0 or, if lower is better, not a number that can
   * be reached.
   */
  readonly start: Decimal
  /** Whether higher or lower is better for users. Targets and values of a falling metric are negated. */
  readonly direction: Direction
  /**
   * Returns the amount of a completion in one of the categories, which is above `start`, or undefined if it does not
   * count.
   */
  readonly amountOf: (completion: Countable, calendar: Calendar) => Decimal | undefined
  /** Returns why `amountOf` has no amount for a completion in one of the categories. */
  readonly refusalOf: (completion: Countable, calendar: Calendar) => RefusalReason
  /**
   * How amounts are combined: `sum` adds them up, `maximum` keeps the highest, both here and in SQL. Any other way is
   * stepped.
   */
  readonly counting: 'sum' | 'maximum' | SteppedCounting
}

/** Which completions of a metric's categories count as 1: certain items, or all. */
export type Tally = { readonly items: readonly string[] | null }

/** The direction in which a value gets better. */
export type Direction = 'rising' | 'falling'

/** How the amounts of a plain metric are combined. */
export type PlainFold = Exclude<Metric['counting'], SteppedCounting>

/** How the store updates a metric. `minimum`: it holds negated numbers. `stepped`: it is only written. */
export type StoredFold = PlainFold | 'minimum' | 'stepped'

/** Returns how the store updates a metric. */
export function storedFoldOf({ counting, direction }: Pick<Metric, 'counting' | 'direction'>): StoredFold {
  if (typeof counting === 'object') return 'stepped'
  return direction === 'falling' ? 'minimum' : counting
}

/**
 * One stored row of a stepped metric. `lastAt`: the latest completion that counted. Rows are replaced, never changed.
 */
export type MetricRow = {
  readonly value: Decimal
  readonly lastAt: Date
  readonly state?: MetricState
  /** For a rolling window: the entries of the state, in a form that is ready for further counting. */
  readonly entries?: RecentEntries
}

/** What a metric stores besides its number, as JSON. */
export type MetricState = { readonly [key: string]: unknown }

/** The rows of one metric of one user, by part. The metric's own row is at {@link wholePart}. */
export type MetricRows = Map<string, MetricRow>

/** The part of a metric's own value. Its periods and distinct values have other parts. */
export const wholePart = ''

/** A completion that counts: its amount, and the calendar of its user. */
export type Step = { readonly completion: Countable; readonly amount: Decimal; readonly calendar: Calendar }

/** A way of counting whose rows are read under the lock, stepped here and written back. */
export type SteppedCounting = {
  /** Lists the parts, besides the whole, that a step may need in any time zone. */
  readonly partsOf: (completion: Countable) => readonly string[]
  /**
   * Counts a completion into the rows. Returns false and leaves the rows unchanged if they are not enough to find the
   * result, because the completion is earlier than what they remember.
   */
  readonly step: (rows: MetricRows, step: Step) => boolean
  /** Whether completions give the same result in any order. */
  readonly isOrderFree: boolean
  /** Whether even completions at the same instant must be counted in the order of their keys, as in a recount. */
  readonly isStrict: boolean
  /**
   * Whether `lastAt` is the time of the latest completion that counted. Otherwise it is at least the time of the latest
   * completion that changed the value, in order of time, because completions that change nothing are not written.
   */
  readonly usesLatest: boolean
  /** Whether the value is the number of times that a target was reached. */
  readonly countsTimes: boolean
  /**
   * Returns why a completion that is about to be stepped adds nothing to the result. Undefined if it may add something.
   * `counted`: the rows after everything was counted.
   */
  readonly idlenessOf: (rows: MetricRows, step: Step, counted: MetricRows) => IdleReason | undefined
  /**
   * Finds the stretch of time in which completions count together with one that was just stepped in order of time. Null
   * if all completions count together.
   */
  readonly stretchOf: (rows: MetricRows, step: Step) => Stretch | null
  /**
   * Returns the current value, for progress: of this period, or of the window that ends now. Undefined if what the rows
   * store is not enough to tell.
   */
  readonly present: (view: PresentView) => Decimal | undefined
}

/** What is known about one metric when progress is read. `partAt`: the value of a part, or 0. */
export type PresentView = {
  readonly whole: MetricRow | undefined
  readonly partAt: (part: string) => Decimal
  readonly now: Date
  readonly calendar: Calendar
}

/** Hashes a text to a short ASCII string. Two texts must never have the same hash. */
export type Digest = (text: string) => string

/** Returns the value of a metric from values by name. */
export function valueIn(
  values: ReadonlyMap<string, Decimal>,
  { name, start }: Pick<Metric, 'name' | 'start'>,
): Decimal {
  return values.get(name) ?? start
}

/** Returns a value or target of a metric as users see it. 0 if there is no value yet. */
export function shownNumber({ direction, start }: Pick<Metric, 'direction' | 'start'>, value: Decimal): number {
  if (direction === 'rising') return decimalToNumber(value)
  return value === start ? 0 : decimalToNumber(negated(value))
}

/** Combines an amount with a value. */
export function foldAmount(fold: PlainFold, value: Decimal, amount: Decimal): Decimal {
  switch (fold) {
    case 'sum':
      return addDecimals(value, amount)
    case 'maximum':
      return maxDecimal(value, amount)
    default:
      return assertNever(fold)
  }
}

/** Stores the value of a part, and that it was counted at least up to this completion. */
export function putRow(
  rows: MetricRows,
  part: string,
  { value, at, ...kept }: Pick<MetricRow, 'value' | 'state' | 'entries'> & { readonly at: Date },
): void {
  const before = rows.get(part)
  const lastAt = before && before.lastAt > at ? before.lastAt : at
  rows.set(part, { ...kept, value, lastAt })
}
