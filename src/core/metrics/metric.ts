import type { Calendar } from '../time/calendar.js'
import type { PeriodUnit } from '../time/period.js'
import type { Stretch } from '../time/stretch.js'
import { addDecimals, type Decimal, decimalToNumber, maxDecimal, negated } from '../values/decimal.js'
import { assertNever } from '../values/errors.js'
import type { Metadata } from '../values/metadata.js'
import type { RecentEntries } from './recent-entries.js'
import type { IdleReason, RefusalReason } from './refusal.js'

/** What a metric looks at in a completion. */
export type Countable = {
  readonly category: string
  readonly itemKey: string
  readonly metadata: Metadata
  readonly completedAt: Date
  /** What the completion itself brought, by all that is stored. Default: none. */
  readonly points?: number
}

/**
 * A number kept per user, as a reducer that recording and recounting share. Named by what it counts, so requirements
 * that count the same thing share one row. Completions never let a metric fall: where lower is better, it holds negated numbers.
 */
export type Metric = {
  readonly name: string
  /** The categories that the metric listens to. */
  readonly categories: readonly string[]
  readonly readsMetadata: boolean
  /** Set where the database can count the metric by itself: every completion of its categories, or only these items. */
  readonly tally: Tally | null
  /** Whether what counts depends on the user's local days. */
  readonly asksForDays: boolean
  /** Where each calendar period has a part of its own. */
  readonly unit: PeriodUnit | undefined
  /** The value before anything counts, below every value that can come: 0, or no number at all where lower is better. */
  readonly start: Decimal
  /** Whether higher or lower is better for users. Targets and values of a falling metric are negated. */
  readonly direction: Direction
  /** Gives what a completion of a listened category brings, above `start`, or undefined when it does not count. */
  readonly amountOf: (completion: Countable, calendar: Calendar) => Decimal | undefined
  /** Says why `amountOf` gives nothing for a completion of a listened category. */
  readonly refusalOf: (completion: Countable, calendar: Calendar) => RefusalReason
  /** How amounts come together: `sum` adds them up, `maximum` keeps the highest, here as in SQL. Anything else is stepped. */
  readonly counting: 'sum' | 'maximum' | SteppedCounting
}

/** Which completions of a metric's categories count, each as 1: these items, or all. */
export type Tally = { readonly items: readonly string[] | null }

/** Which way a value goes when it gets better. */
export type Direction = 'rising' | 'falling'

/** How the amounts of a plain metric come together. */
export type PlainFold = Exclude<Metric['counting'], SteppedCounting>

/** How the store raises a metric: a `minimum` holds negated numbers, a `stepped` one is only written. */
export type StoredFold = PlainFold | 'minimum' | 'stepped'

/** Gives the fold by which the store keeps a metric. */
export function storedFoldOf({ counting, direction }: Pick<Metric, 'counting' | 'direction'>): StoredFold {
  if (typeof counting === 'object') return 'stepped'
  return direction === 'falling' ? 'minimum' : counting
}

/** One stored row of a stepped metric. `lastAt`: the latest completion that counted. Rows are replaced, never changed. */
export type MetricRow = {
  readonly value: Decimal
  readonly lastAt: Date
  readonly state?: MetricState
  /** Of a rolling window: what the state holds as `entries`, ready to be counted on. */
  readonly entries?: RecentEntries
}

/** What a metric keeps beside its number, as JSON. */
export type MetricState = { readonly [key: string]: unknown }

/** The rows of one metric of one user, by part. The metric itself stands at {@link wholePart}. */
export type MetricRows = Map<string, MetricRow>

/** The part under which a metric's own value stands, beside those of its periods and distinct values. */
export const wholePart = ''

/** A completion that counts: what it brings, and the calendar of its user. */
export type Step = { readonly completion: Countable; readonly amount: Decimal; readonly calendar: Calendar }

/** Counting that is read under the lock, stepped here and written back. */
export type SteppedCounting = {
  /** Lists the parts beside the whole that a step may need, whatever the user's zone. */
  readonly partsOf: (completion: Countable) => readonly string[]
  /**
   * Counts a completion into the rows. Returns false, the rows untouched, where they do not tell what it comes to:
   * it is earlier than what they remember.
   */
  readonly step: (rows: MetricRows, step: Step) => boolean
  /** Whether completions come to the same in whatever order they are counted. */
  readonly isOrderFree: boolean
  /** Whether even completions of one instant must be counted in the order of their keys, as a recount does. */
  readonly isStrict: boolean
  /**
   * Whether `lastAt` is the latest completion that counted. Else it lies anywhere from the latest that changed the value, in order
   * of time, on: completions that change nothing cost no write.
   */
  readonly tellsLatest: boolean
  /** Whether the value is how often a target was reached, not how far anything has come. */
  readonly countsTimes: boolean
  /** Says why a completion, yet to be stepped, is to bring nothing after what came before; undefined where it may bring something. */
  readonly idlenessOf: (rows: MetricRows, step: Step) => IdleReason | undefined
  /** Finds the stretch in which completions count together with one just stepped in order of time; null where all do. */
  readonly stretchOf: (rows: MetricRows, step: Step) => Stretch | null
  /** Measures where the user stands now, for progress: this period's value, the window that ends now. */
  readonly present: (view: PresentView) => Decimal
}

/** What is known of one metric when progress is read. `partAt`: what stands at a part, 0 where nothing does. */
export type PresentView = {
  readonly whole: MetricRow | undefined
  readonly partAt: (part: string) => Decimal
  readonly now: Date
  readonly calendar: Calendar
}

/** Hashes a text to a short ASCII string; two texts must not meet. */
export type Digest = (text: string) => string

/** Gives the value of a metric among those by name. */
export function valueIn(
  values: ReadonlyMap<string, Decimal>,
  { name, start }: Pick<Metric, 'name' | 'start'>,
): Decimal {
  return values.get(name) ?? start
}

/** Gives a value or a target of a metric as users know it; 0 before there is one. */
export function shownNumber({ direction, start }: Pick<Metric, 'direction' | 'start'>, value: Decimal): number {
  if (direction === 'rising') return decimalToNumber(value)
  return value === start ? 0 : decimalToNumber(negated(value))
}

/** Brings an amount into a value. */
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

/** Puts a value at a part, which then was counted at least up to this completion. */
export function putRow(
  rows: MetricRows,
  part: string,
  { value, at, ...kept }: Pick<MetricRow, 'value' | 'state' | 'entries'> & { readonly at: Date },
): void {
  const before = rows.get(part)
  const lastAt = before && before.lastAt > at ? before.lastAt : at
  rows.set(part, { ...kept, value, lastAt })
}
