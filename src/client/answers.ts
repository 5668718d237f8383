import type { NextLevelPoints } from '../core/catalog/level.js'
import type { RequirementOf } from '../core/metrics/requirement.js'
import type { Answered, GivenBody } from '../http/contract/operations.js'
import type { CatalogNames, CategoryOf, IdOf, TraitsOf, UnlockOf } from './catalog-names.js'

// What the contract answers, with the names of one catalog in place of plain strings. Instants are ISO 8601 texts.

type Progress = Answered<'getUserProgress'>
type Badge = Progress['earnedBadges'][number]
type Hidden = Extract<Progress['milestones'][number], { readonly isHidden: true }>
type ShownProgress = Extract<Progress['milestones'][number], { readonly isHidden: false }>
type Listed = Extract<Answered<'getAllMilestones'>['milestones'][number], { readonly isHidden: false }>
type Statistics = Answered<'getMilestoneStatistics'>
type Recorded = Extract<Answered<'record'>, { readonly status: string }>
type GivenCompletion = Exclude<GivenBody<'record'>, readonly unknown[]>

/** A badge that a user holds. */
export type BadgeOf<C extends CatalogNames> = Omit<Badge, 'id' | 'unlocks' | 'replaces'> & {
  id: IdOf<C>
  unlocks: UnlockOf<C>[]
  replaces: IdOf<C> | null
}

/** The progress of a user. */
export type ProgressOf<C extends CatalogNames> = Omit<
  Progress,
  'earnedBadges' | 'completedMilestones' | 'nextLevelPoints' | 'unlocks' | 'milestones'
> & {
  earnedBadges: BadgeOf<C>[]
  completedMilestones: IdOf<C>[]
  /** Null on the highest level, which only a rule with thresholds has. */
  nextLevelPoints: NextLevelPoints<TraitsOf<C>['levels']>
  unlocks: UnlockOf<C>[]
  milestones: ((Omit<ShownProgress, 'id'> & { id: IdOf<C> }) | Hidden)[]
}

/** A completion to record. */
export type CompletionOf<C extends CatalogNames> = Omit<GivenCompletion, 'category' | 'completedAt'> & {
  category: CategoryOf<C>
  /** When it happened. Default: now. */
  completedAt?: Date | string | undefined
}

/** The result of recording one completion. */
export type RecordResultOf<C extends CatalogNames> = Omit<Recorded, 'awarded'> & { awarded: BadgeOf<C>[] }

/** What became of a completion to take back. */
export type UndoResultOf<C extends CatalogNames> = WithBadges<Answered<'undo'>, 'revoked', C>
export type AwardResultOf<C extends CatalogNames> = Omit<Answered<'awardBadge'>, 'badge' | 'awarded'> & {
  badge: BadgeOf<C>
  awarded: BadgeOf<C>[]
}
export type RevokeResultOf<C extends CatalogNames> = WithBadges<Answered<'revokeBadge'>, 'revoked', C>
/** A pause of streaks. */
export type StreakPause = Answered<'pauseStreaks'>
/** A pause to enter: local days such as `2026-09-25`, or instants. */
export type PauseInput = Omit<GivenBody<'pauseStreaks'>, 'userId' | 'from' | 'until'> & {
  from: string | Date
  until: string | Date
}
export type DeletePauseResultOf<C extends CatalogNames> = WithBadges<Answered<'deleteStreakPause'>, 'revoked', C>
export type BadgePageOf<C extends CatalogNames> = { badges: BadgeOf<C>[]; next: string | null }

/** A milestone of the catalog, as it may be shown. */
export type ListedMilestoneOf<C extends CatalogNames> =
  | (Omit<Listed, 'id' | 'requirement' | 'reward' | 'after'> & {
      id: IdOf<C>
      requirement: RequirementOf<TraitsOf<C>['requirement']>
      reward: Omit<Listed['reward'], 'unlocks'> & { unlocks: UnlockOf<C>[] }
      after: IdOf<C>[]
    })
  | ('until-earned' extends TraitsOf<C>['hidden'] ? Hidden : never)
export type MilestonePageOf<C extends CatalogNames> = { milestones: ListedMilestoneOf<C>[]; next: string | null }

/** A milestone that a user is near to, and what brings it nearer. */
export type NextMilestoneOf<C extends CatalogNames> = Omit<Answered<'whatNext'>['milestones'][number], 'id'> & {
  id: IdOf<C>
}

/** Who holds a milestone, each of its tiers by itself. */
export type StatisticsPageOf<C extends CatalogNames> = Omit<Statistics, 'milestones'> & {
  milestones: (Omit<Statistics['milestones'][number], 'id'> & { id: IdOf<C> })[]
}

/** Why a user has a badge, or does not have it yet. */
export type ExplanationOf<C extends CatalogNames> = Omit<Answered<'explain'>, 'milestone'> & {
  milestone: Omit<Answered<'explain'>['milestone'], 'id'> & { id: IdOf<C> }
}

export type LeaderboardPage = Answered<'getLeaderboard'>
export type UserSettings = Answered<'updateUserSettings'>

type WithBadges<Answer, Key extends string, C extends CatalogNames> =
  Answer extends Readonly<Record<Key, unknown>> ? Omit<Answer, Key> & Record<Key, BadgeOf<C>[]> : Answer
