import type { AwardedBy } from '../awards/badge.js'
import type { Tier } from '../catalog/milestone.js'
import type { MetricRequirement } from '../metrics/kinds.js'
import type { IdleReason, RefusalReason } from '../metrics/refusal.js'
import type { BadgeId } from '../metrics/requirement.js'
import type { StreakPlace } from '../metrics/streak-counting.js'
import type { MilestoneStatus } from '../progress/milestone-status.js'
import type { ExplainedHolding } from '../progress/named-badge.js'
import type { NextStep } from '../progress/next-step.js'
import type { ZoneSince } from '../time/calendar.js'

/** Why a user has a badge, or not yet: by everything that is stored, as a recount would count it. */
export type Explanation<Id extends string = string> = {
  userId: string
  milestone: ExplainedMilestone<Id>
  /** Where it stands for the user, as in progress. */
  status: MilestoneStatus
  isEarned: boolean
  /** The date of the badge, null where it is not held. */
  earnedAt: Date | null
  /** The completion whose recording brought the badge. */
  awardedBy: AwardedBy | null
  /** Null where the badge is not held. */
  decidedBy: DecidedBy | null
  /** Set if the badge was awarded or revoked manually and that is still in effect. */
  byHand: DecisionByHand | null
  /** Whether the requirement and the prerequisites are met by what is stored now, regardless of manual decisions. */
  holds: boolean
  /** When they were first met, by what is stored now. Completions that arrive later do not change the date of a badge. */
  firstHeldAt: Date | null
  requirement: ExplainedNode<Id>
  /** The badges that are needed first, or null. */
  after: ExplainedMilestones<Id> | null
  /** Completions of the categories it takes that were undone and not recorded again: nothing is counted of them. */
  undone: UndoneCompletions
  /** What would bring the badge nearer; null where it is held. */
  nextStep: ExplainedStep | null
  /** The locale in whose language the sentences are (`text`), for numbers and dates beside them. */
  locale: string
  /** The zone by which the user's days run now, and all that were set, in order; the first also holds for what came before it. */
  timeZone: string
  zones: ZoneSince[]
  /** The user's local day now, as `2026-04-01`. */
  today: string
  asOf: Date
  catalogFingerprint: string
  /** The version of the applied catalog; null where none was applied. */
  catalogVersion: number | null
}

/** What would bring a badge nearer, as data and in words. */
export type ExplainedStep = NextStep & {
  /** `Read 3 more pages by the end of tomorrow.` */
  text: string
}

/** The milestone that is explained: itself, one of its tiers, or one of its times. */
export type ExplainedMilestone<Id extends string = string> = {
  id: BadgeId<Id>
  title: string
  tier: Tier<Id> | null
  /** Which time it is; null where it comes only once. */
  time: number | string | null
  isRetired: boolean
}

/**
 * What decided a badge: `requirement`, by the completion that made it hold (null where points or other badges did); `hand`, see
 * `byHand`; or `row`: its row alone, which the host inserted or an earlier catalog awarded.
 */
export type DecidedBy =
  | { type: 'requirement'; completion: ExplainedCompletion | null }
  | { type: 'hand' }
  | { type: 'row' }

/** A manual award or revocation: by whom, why and when. */
export type DecisionByHand = {
  decision: 'awarded' | 'revoked'
  by: string | null
  reason: string
  at: Date
}

/** Completions that were taken back, as the audit log knows them. */
export type UndoneCompletions = {
  count: number
  /** Those undone last, up to the limit, in the order in which they were undone. */
  latest: UndoneCompletion[]
}

/** A completion that was taken back: by whom, why and when. */
export type UndoneCompletion = Pick<ExplainedCompletion, 'category' | 'itemKey' | 'completedAt'> & {
  by: string | null
  reason: string
  undoneAt: Date
}

/** A requirement, part by part. */
export type ExplainedNode<Id extends string = string> =
  | ExplainedParts<Id>
  | ExplainedMetric
  | ExplainedPoints
  | ExplainedMilestones<Id>

/** What every explained part of a requirement has. */
export type ExplainedBase = {
  /** What it takes and how far the user is: `7 of 10 pages`. */
  text: string
  /** What decides: of composites, the parts that hold. Of periods, windows and streaks, the best there was. */
  current: number
  target: number
  holds: boolean
  /** When it first held, by what is stored now. */
  firstHeldAt: Date | null
}

/** `all`, `any` or `some` of its parts. */
export type ExplainedParts<Id extends string = string> = ExplainedBase & {
  type: 'all' | 'any' | 'some'
  parts: ExplainedNode<Id>[]
}

/** A number that completions bring. */
export type ExplainedMetric = ExplainedBase & {
  type: MetricRequirement['type']
  /** As the catalog has it, tutorial types written out. */
  requirement: MetricRequirement
  /**
   * Whether `current` and `target` are times that something was reached: of a repeatable milestone with a period, a window, a
   * cooldown or a streak.
   */
  countsTimes: boolean
  /** The current value and the value it must reach: this period, the window that ends now, the streak, or the next repetition. */
  present: { current: number; target: number } | null
  streak: StreakPlace | null
  counted: CountedCompletions
  notCounted: NotCountedCompletions
}

/** The completions that `current` rests on, in order of time. Of repeats, those that reached a time or are on the way to the next. */
export type CountedCompletions = {
  count: number
  first: ExplainedCompletion | null
  /** The one at which the target was first reached, also where a better period came later. */
  deciding: ExplainedCompletion | null
  last: ExplainedCompletion | null
  /** The latest ones, up to the limit. */
  latest: ExplainedCompletion[]
}

/** Completions of the same categories that `current` does not rest on. */
export type NotCountedCompletions = {
  count: number
  countByReason: { [Reason in NotCountedReason]?: number }
  /** The latest ones, up to the limit, in order of time. */
  latest: (ExplainedCompletion & { reason: NotCountedReason })[]
}

/**
 * Why a completion did not count. `filtered`: another item, or not as `where` asks. `outside-window`: outside `during` or
 * `available`. `outside-period`: not in the best period, window or streak. `not-a-number`: no number where one is read;
 * `negative` and `zero`: a number that brings nothing. `not-distinct`: no value, or one that was there already. `paused`: on a paused day. `cooldown`: too soon
 * after the last time; `period-reached`: its period had brought its time. `future`: a row of the host's dated ahead.
 */
export type NotCountedReason = RefusalReason | IdleReason | 'outside-period' | 'future'

/** A completion, the user's local day on which it fell, and what it brought: 1 of a count, 0 where it did not count. */
export type ExplainedCompletion = {
  category: string
  itemKey: string
  completedAt: Date
  day: string
  amount: number
}

/** Points, or the level that they come to. */
export type ExplainedPoints = ExplainedBase & {
  type: 'points' | 'level'
  points: number
  /** Null for a level that the catalog does not have. */
  targetPoints: number | null
  gains: ExplainedGains
}

/** What brought the points. Lists hold up to the limit. */
export type ExplainedGains = {
  count: number
  badgePoints: number
  completionPoints: number
  /** The most points first; of as many, the earlier. */
  biggest: ExplainedGain[]
  /** In order of time. */
  latest: ExplainedGain[]
  /** Completions that brought nothing, or less than they offered, because a rule had reached the cap of their day. */
  capped: CappedGains
}

/** How many completions a cap held back, and the latest of them, in order of time, with what they brought all the same. */
export type CappedGains = { count: number; latest: ExplainedGain[] }

/** Points that a badge or a completion brought. */
export type ExplainedGain = {
  /** `milestone_badge` for a badge, whose id is then the `itemKey`. */
  category: string
  itemKey: string
  points: number
  at: Date
}

/** Badges of which `target` must be held. */
export type ExplainedMilestones<Id extends string = string> = ExplainedBase & {
  type: 'milestones' | 'after'
  milestones: ExplainedHolding<Id>[]
}
