import { parseDuration } from '../time/duration.js'
import type { PeriodUnit } from '../time/period.js'
import type { TimeWindow } from '../time/window.js'
import { compareDecimals, decimalFromNumber, timesIn, timesWhole } from '../values/decimal.js'
import { type ItemList, itemKeysOf } from './item-list.js'
import type { When } from './when.js'
import type { Where } from './where.js'

/** Limits which completions count. */
export type CompletionFilter<Category extends string = string> = {
  /** One category, or several that are counted together. */
  readonly category: Category | readonly Category[]
  /** Only these items: their keys, or the list that your app keeps with `setItems`. */
  readonly items?: readonly string[] | ItemList
  readonly where?: Where
  /** Only at these hours or on these days of the week, by the user's clock. */
  readonly when?: When
}

/** Limits counting in time: to one calendar period of the user, where the best period decides, or to a window. */
export type During = PeriodUnit | TimeWindow

/** Limits when completions count. */
export type TimeLimits = {
  readonly during?: During
  /** An ISO 8601 duration of fixed length, such as `P7D`: counts what is in `(t − within, t]`, for the best `t`. */
  readonly within?: string
}

/** Lists the categories of a filter, even if it has only one. */
export function categoriesOf({ category }: Pick<CompletionFilter, 'category'>): readonly string[] {
  return typeof category === 'string' ? [category] : category
}

/**
 * Returns the target of a requirement as its author means it. Without one, all of its items are needed, or a share of
 * them. Of an empty list, one is needed, so that nobody reaches it.
 */
export function writtenTargetOf(requirement: CompletionFilter & Targeted): number {
  const { items, share, target } = { share: undefined, ...requirement }
  const count = itemCountOf(items)
  return target ?? Math.max(1, share === undefined ? count : roundedUp(share, count))
}

/** Counts the different items. */
export function itemCountOf(items: CompletionFilter['items']): number {
  return new Set(items && itemKeysOf(items)).size
}

/** What says how much a requirement takes. */
export type Targeted = { readonly target?: number; readonly share?: number }

function roundedUp(share: number, count: number): number {
  const exact = timesWhole(decimalFromNumber(share), count)
  const whole = timesIn(1, exact)
  return compareDecimals(exact, whole) > 0 ? whole + 1 : whole
}

/** Returns the calendar period in which a requirement counts. */
export function unitOf({ during }: CompletionFilter & TimeLimits): PeriodUnit | undefined {
  return typeof during === 'string' ? during : undefined
}

/** Returns the window of time that a requirement itself has. */
export function windowOf({ during }: CompletionFilter & TimeLimits): TimeWindow | undefined {
  return typeof during === 'object' ? during : undefined
}

/** Returns the length of the rolling window in which a requirement counts, in milliseconds. */
export function withinMsOf({ within }: CompletionFilter & TimeLimits): number | undefined {
  return within === undefined ? undefined : parseDuration(within)!
}
