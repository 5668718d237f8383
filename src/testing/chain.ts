import type { BadgeId, MilestoneId } from '../core/metrics/requirement.js'
import type { MilestoneProgress, ShownProgress } from '../core/progress/progress.js'
import type { Metadata } from '../core/values/metadata.js'
import type { Moment } from './moment.js'
import type { HeldBadge } from './outcome.js'
import type { UserOptions } from './scenario.js'
import type { Series } from './series.js'

/** A catalog of which to tell what a user does. */
export type CatalogScenario<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = {
  /** Begins with a user who has done nothing yet. @throws Error where an option cannot be */
  user(options?: UserOptions): User<Id, Unlock, Category>
}

/** What a user does, told step by step. Every call returns a new telling; the one before stays as it was. */
export type User<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = UserSteps<Id, Unlock, Category> & {
  /** What comes of it. Counted anew each time that it is asked for. */
  readonly then: Then<Id, Unlock, Category>
}

/** A telling whose last step has an instant to be named. */
export type TimedUser<
  Id extends string = string,
  Unlock extends string = string,
  Category extends string = string,
> = User<Id, Unlock, Category> & {
  /**
   * Says when the last step happened, of a series the first; a minute after the step before it where nothing is said. It may lie
   * earlier than that: late completions count.
   * @throws Error where it is no instant
   */
  at(time: Moment): User<Id, Unlock, Category>
}

type UserSteps<Id extends string, Unlock extends string, Category extends string> = {
  /**
   * Completes an item, one of its own where no key is given. The same item again changes nothing.
   * @throws INPUT_INVALID for what `record` would refuse
   */
  completes(category: Category, itemKey?: string, metadata?: Metadata): TimedUser<Id, Unlock, Category>
  /** Completes many items, each of its own, one after the other. */
  completes(category: Category, series: Series): TimedUser<Id, Unlock, Category>
  /** Lets the user's days run by another IANA time zone from then on. @throws Error for one told out of order */
  movesTo(timeZone: string): TimedUser<Id, Unlock, Category>
  /** Leaves local days (`2026-03-28`), or the time between two instants, out of streaks; the second excluded, whatever is told before or after. */
  pauses(from: Moment, to: Moment): User<Id, Unlock, Category>
}

/**
 * What comes of a telling. Each check returns what it was asked of, or throws an Error that shows what is held, since when, and how
 * far the way to the milestone is. Dates and badges are those that a recount of all completions gives.
 */
export type Then<Id extends string = string, Unlock extends string = string, Category extends string = string> = {
  /** Checks that a badge is held, and since when, if that is given. Tiers are `id#gold`, by their keys; further times `id@2`. */
  holds(id: BadgeId<Id>, expected?: { readonly since?: Moment }): Then<Id, Unlock, Category>
  /** Checks that a badge is not held. */
  lacks(id: BadgeId<Id>): Then<Id, Unlock, Category>
  /** Checks all points, of badges and of completions. */
  hasPoints(points: number): Then<Id, Unlock, Category>
  hasLevel(level: number): Then<Id, Unlock, Category>
  /** Checks that a badge that is held opens a feature. */
  hasUnlocked(unlock: Unlock): Then<Id, Unlock, Category>
  /** Checks how far the way to a milestone or tier is, in what is given; also of one that is hidden. */
  isAt(id: Id | `${MilestoneId<Id>}#${number}`, expected: ExpectedProgress): Then<Id, Unlock, Category>
  /**
   * Looks at it later: present periods, rolling windows and streaks go on without anything being done. As of the latest step where
   * this is not said.
   * @throws Error for an instant before that
   */
  asOf(time: Moment): Then<Id, Unlock, Category>
  /** Goes on: with another check, or with what the user does next. */
  readonly and: Then<Id, Unlock, Category> & User<Id, Unlock, Category>
  /** All that are held, in order of their dates; also tiers that a higher one is shown in place of. */
  readonly badges: readonly HeldBadge<Id, Unlock>[]
  readonly points: number
  readonly level: number
  /** Each once. */
  readonly unlocks: readonly Unlock[]
  /** What the user is shown of every milestone, in catalog order. */
  readonly progress: readonly MilestoneProgress<Id>[]
}

/** How far a way should be; what is left out may be anything. */
export type ExpectedProgress = Partial<
  Pick<ShownProgress, 'current' | 'target' | 'timesEarned' | 'isLocked' | 'status'>
>
