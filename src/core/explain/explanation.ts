import type { AwardedBy } from '../awards/badge.js'
import type { CutReason } from '../awards/limits.js'
import type { Tier } from '../catalog/milestone.js'
import type { MetricRequirement } from '../metrics/kinds.js'
import type { IdleReason, RefusalReason } from '../metrics/refusal.js'
import type { BadgeId } from '../metrics/requirement.js'
import type { StreakPlace } from '../metrics/streak-place.js'
import type { MilestoneStatus } from '../progress/milestone-status.js'
import type { ExplainedHolding } from '../progress/named-badge.js'
import type { NextStep } from '../progress/next-step.js'
import type { ZoneSince } from '../time/calendar.js'

/** Why a user has a badge or not, by everything that is stored, as a recount would count it. */
export type Explanation<Id extends string = string> = {
  userId: string
  milestone: ExplainedMilestone<Id>
  /** The status for the user, as in progress. */
  status: MilestoneStatus
  isEarned: boolean
  /** The date of the badge. Null if it is not held. */
  earnedAt: Date | null
  /** When the badge expires, or the one that lasts longest. Null if it is not held or never expires. */
  expiresAt: Date | null
  /** The completion that earned the badge when it was recorded. */
  awardedBy: AwardedBy | null
  /** Null if the badge is not held. */
  decidedBy: DecidedBy | null
  /** Set if the badge was awarded or revoked manually and that is still in effect. */
  manualDecision: ManualDecision | null
  /** Whether the requirement and the prerequisites are met by what is stored now, regardless of manual decisions. */
  holds: boolean
  /**
   * When they were first met, by what is stored now. Completions that arrive later do not change the date of a badge.
   */
  firstHeldAt: Date | null
  requirement: ExplainedNode<Id>
  /** The badges that are needed first, or null. */
  after: ExplainedMilestones<Id> | null
  /** Completions of the categories it uses that were undone and not recorded again. They are not counted. */
  undone: UndoneCompletions
  /** What the user can do next. Null if the badge is held, unless it has expired and can be earned again. */
  nextStep: ExplainedStep | null
  /** The locale of the sentences (`text`), to format numbers and dates in the same language. */
  locale: string
  /** The user's time zone now, and all zones that were set, in order. The first zone also holds for earlier times. */
  timeZone: string
  zones: ZoneSince[]
  /** When the user's days start now, such as `04:00`. Omitted if they start at midnight. */
  dayStartsAt?: string
  /** The user's local day now, as `2026-04-01`. */
  today: string
  asOf: Date
  catalogFingerprint: string
  /** The version of the applied catalog. Null if none was applied. */
  catalogVersion: number | null
}

/** What the user can do next to earn a badge, as data and in words. */
export type ExplainedStep = NextStep & {
  /** `Read 3 more pages by the end of tomorrow.` */
  text: string
}

/** The milestone that is explained: itself, one of its tiers, or one of its times. */
export type ExplainedMilestone<Id extends string = string> = {
  id: BadgeId<Id>
  title: string
  tier: Tier<Id> | null
  /** Which time it is. Null if it does not repeat. */
  time: number | string | null
  isRetired: boolean
}

/**
 * What decided a badge. `requirement`: its requirement, with the completion that fulfilled it (null if points or other
 * badges did). `manual`: a manual award, see `manualDecision`. `folded`: completions from before `until`, up to which completions
 * were folded. `row`: only its row, which the host inserted or an earlier catalog awarded.
 */
export type DecidedBy =
  | { type: 'requirement'; completion: ExplainedCompletion | null }
  | { type: 'manual' }
  | { type: 'folded'; until: Date }
  | { type: 'row' }

/** A manual award or revocation: by whom, why and when. */
export type ManualDecision = {
  decision: 'awarded' | 'revoked'
  by: string | null
  reason: string
  at: Date
}

/** Completions that were undone, from the audit log. */
export type UndoneCompletions = {
  count: number
  /** The ones undone last, up to the limit, in the order in which they were undone. */
  latest: UndoneCompletion[]
}

/** A completion that was undone: by whom, why and when. */
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
  /** The requirement with the user's progress: `7 of 10 pages`. */
  text: string
  /** The deciding value. For a composite: the parts that hold. For periods, windows and streaks: the best so far. */
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

/** A number counted from completions. */
export type ExplainedMetric = ExplainedBase & {
  type: MetricRequirement['type']
  /** As in the catalog, with tutorial types expanded. */
  requirement: MetricRequirement
  /**
   * Whether `current` and `target` are numbers of times: for a repeatable milestone with a period, a window, a cooldown
   * or a streak.
   */
  countsTimes: boolean
  /**
   * The current value and the value it must reach: this period, the window that ends now, the streak, or the next
   * repetition. `text`: both in words, `3 of 7`.
   */
  present: { current: number; target: number; text: string } | null
  streak: StreakPlace | null
  /**
   * Set if completions of the user were folded: the value at that instant. `counted` and `notCounted` are then about
   * what came after, and `firstHeldAt` is null if the target was reached before.
   */
  folded?: { until: Date; current: number }
  counted: CountedCompletions
  notCounted: NotCountedCompletions
}

/**
 * The completions that `current` is made of, in order of time. For a repeatable milestone: those that reached a time or
 * lead to the next one.
 */
export type CountedCompletions = {
  count: number
  first: ExplainedCompletion | null
  /** The completion that first reached the target, even if a later period was better. */
  deciding: ExplainedCompletion | null
  last: ExplainedCompletion | null
  /** The latest ones, up to the limit. */
  latest: ExplainedCompletion[]
}

/** Completions of the same categories that are not part of `current`. */
export type NotCountedCompletions = {
  count: number
  countByReason: { [Reason in NotCountedReason]?: number }
  /** The latest ones, up to the limit, in order of time. */
  latest: (ExplainedCompletion & { reason: NotCountedReason })[]
}

/**
 * Why a completion did not count. `filtered`: another item, or it does not match `where`. `outside-hours`: outside
 * `when`. `outside-window`: outside `during` or `available`. `other-day`: on a day of the week that the streak leaves
 * out. `outside-period`: not in the best period, window or streak. `too-few`: its period has too few completions for
 * the streak. `not-a-number`: a number is
 * needed and there is none. `negative` and `zero`: the number adds nothing. `not-distinct`: no value, or a value that
 * already counted. `not-best`: another attempt was better, or as good and earlier. `paused`: on a paused day. `cooldown`: too soon after the last time. `period-reached`: its period
 * was already reached. `future`: the host inserted it with a date in the future.
 */
export type NotCountedReason = RefusalReason | IdleReason | 'outside-period' | 'future'

/** A completion, its local day, and what it added: 1 for a count, 0 if it did not count. */
export type ExplainedCompletion = {
  category: string
  itemKey: string
  completedAt: Date
  day: string
  amount: number
}

/** Points, or the level that they reach. */
export type ExplainedPoints = ExplainedBase & {
  type: 'points' | 'level'
  points: number
  /** Null if the catalog does not have this level. */
  targetPoints: number | null
  /** The points in words: `120 of 500 points`, or `600 points` once they are enough. */
  pointsText: string
  /** Of a level: set if the user keeps a higher level than the points of today give. A requirement asks for the points. */
  keptLevel?: number
  gains: ExplainedGains
}

/** Where the points come from. Each list holds at most `limit` entries. */
export type ExplainedGains = {
  count: number
  badgePoints: number
  completionPoints: number
  /** Points that were adjusted manually: given, minus taken away. */
  adjustedPoints: number
  /** The most points first. With equal points, the earlier one first. */
  biggest: ExplainedGain[]
  /** In order of time. */
  latest: ExplainedGain[]
  /** Completions that gave nothing, or less than they offered, because of a limit of their rule. */
  cut: CutGains
  /** Completions that offered more because of a boost, and the latest of them. */
  boosted: { count: number; latest: BoostedGain[] }
}

/** Completions that a limit cut: how many, why, and the latest of them, in order of time. */
export type CutGains = {
  count: number
  countByReason: { [Reason in CutReason]?: number }
  latest: CutGain[]
}

/** A completion that a limit cut, with the points that it still gave. */
export type CutGain = ExplainedGain & { offered: number; reason: CutReason }

/** A completion with a boost: how many times as much it offered. */
export type BoostedGain = ExplainedGain & { times: number }

/** Points from a badge or a completion, or that were given manually. */
export type ExplainedGain = {
  /** `milestone_badge` for a badge: `itemKey` is then its id. Empty for points given manually: `itemKey` is then their key. */
  category: string
  itemKey: string
  points: number
  at: Date
}

/** Badges, a number of which (`target`) must be held. */
export type ExplainedMilestones<Id extends string = string> = ExplainedBase & {
  type: 'milestones' | 'after'
  milestones: ExplainedHolding<Id>[]
}
