import type { Coins } from '../core/catalog/milestone.js'
import type { BadgeId, MilestoneId } from '../core/metrics/requirement.js'
import type { MilestoneProgress, ShownProgress } from '../core/progress/progress.js'
import type { Metadata } from '../core/values/metadata.js'
import type { Moment } from './moment.js'
import type { HeldBadge } from './outcome.js'
import type { UserOptions } from './scenario.js'
import type { Series } from './series.js'

/** A catalog to test. */
export type CatalogScenario<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = {
  /** Starts with a user who has done nothing yet. @throws Error for a wrong option */
  user(options?: UserOptions): User<Id, Unlock, Category>
}

/** What a user does, step by step. Every call returns a new object; the previous one stays the same. */
export type User<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = UserSteps<Id, Unlock, Category> & {
  /** The result, counted again each time you ask for it. */
  readonly then: Then<Id, Unlock, Category>
}

/** A chain whose last step can get a time. */
export type TimedUser<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = User<Id, Unlock, Category> & {
  /**
   * Sets when the last step happened, or the first of a series. Default: a minute after the step before. It may be
   * earlier than that: late completions count.
   * @throws Error for an invalid instant
   */
  at(time: Moment): User<Id, Unlock, Category>
}

/** The steps of a user's story so far. */
export type UserSteps<Id extends string = string, Unlock extends string = string, Category extends string = string> = {
  /**
   * Completes an item. Without a key, each call is a new item. The same item again changes nothing.
   * @throws INPUT_INVALID for what `record` would refuse
   */
  completes(category: Category, itemKey?: string, metadata?: Metadata): TimedUser<Id, Unlock, Category>
  /** Completes several different items, one after the other. */
  completes(category: Category, series: Series): TimedUser<Id, Unlock, Category>
  /** Moves the user to another IANA time zone from then on. @throws Error if it is out of order */
  movesTo(timeZone: string): TimedUser<Id, Unlock, Category>
  /**
   * Leaves local days (`2026-03-28`), or the time between two instants, out of streaks. `until` is excluded. The order
   * of pauses and other steps does not matter.
   */
  pauses(from: Moment, until: Moment): User<Id, Unlock, Category>
}

/**
 * The result of a chain. Each check returns the object it was called on, or throws an Error that shows the held badges
 * with their dates, and the progress of the milestone. Dates and badges are those of a recount of all completions.
 */
export type Then<Id extends string = string, Unlock extends string = string, Category extends string = string> = {
  /**
   * Checks that the user holds a badge, and since when if you pass it. Name tiers by their keys (`id#gold`), and badges
   * of a repeatable milestone by number (`id@2`).
   */
  holds(id: BadgeId<Id>, expected?: { readonly since?: Moment }): Then<Id, Unlock, Category>
  /** Checks that the user does not hold a badge. */
  lacks(id: BadgeId<Id>): Then<Id, Unlock, Category>
  /** Checks the total points, from badges and completions. */
  hasPoints(points: number): Then<Id, Unlock, Category>
  hasLevel(level: number): Then<Id, Unlock, Category>
  /** Checks how many coins the user has earned, by currency. Currencies that you leave out may be anything. */
  hasCoins(coins: Coins): Then<Id, Unlock, Category>
  /** Checks that a held badge unlocks a feature. Expired badges unlock nothing. */
  hasUnlocked(unlock: Unlock): Then<Id, Unlock, Category>
  /** Checks the progress of a milestone or tier, as far as you pass it; also of a hidden one. */
  isAt(id: Id | `${MilestoneId<Id>}#${number}`, expected: ExpectedProgress): Then<Id, Unlock, Category>
  /**
   * Looks from a later instant: current periods, rolling windows and streaks move on even if nothing is done, and badges
   * expire. Default:
   * the time of the latest step.
   * @throws Error for an instant before that
   */
  asOf(time: Moment): Then<Id, Unlock, Category>
  /** Continues with another check, or with what the user does next. */
  readonly and: Then<Id, Unlock, Category> & User<Id, Unlock, Category>
  /** All held badges, in order of their dates, including tiers that are replaced by a higher one. */
  readonly badges: readonly HeldBadge<Id, Unlock>[]
  readonly points: number
  readonly level: number
  /** Earned coins, by currency. */
  readonly coins: Coins
  /** Each once. */
  readonly unlocks: readonly Unlock[]
  /** The user's progress in every visible milestone, in the order of the catalog. */
  readonly progress: readonly MilestoneProgress<Id>[]
}

/** The expected progress. What you leave out may be anything. */
export type ExpectedProgress = Partial<
  Pick<ShownProgress, 'current' | 'target' | 'timesEarned' | 'isLocked' | 'status'>
>
