import type { Writable } from '../values/fresh.js'
import type { MetricRequirement } from './kinds.js'

/** Met at this number of points. */
export type PointsRequirement = { readonly type: 'points'; readonly target: number }

/** Met at this level. */
export type LevelRequirement = { readonly type: 'level'; readonly target: number }

/** Met by `target` of these milestones. Default: all of them. */
export type MilestonesRequirement<Id extends string = string> = {
  readonly type: 'milestones'
  readonly ids: readonly BadgeId<Id>[]
  readonly target?: number
}

/** `all` holds if every part holds, `any` if one does. */
export type CompositeRequirement<Id extends string = string, Category extends string = string> = {
  readonly type: 'all' | 'any'
  readonly of: readonly Requirement<Id, Category>[]
}

/** Holds if `target` of the parts hold. */
export type SomeRequirement<Id extends string = string, Category extends string = string> = {
  readonly type: 'some'
  readonly of: readonly Requirement<Id, Category>[]
  readonly target: number
}

/** Shorthands that existing milestone services use. Each expands to a `count`. */
export type TutorialRequirement =
  | { readonly type: 'tutorials_completed'; readonly count: number; readonly tutorialIds?: never }
  | { readonly type: 'tutorials_completed'; readonly tutorialIds: readonly string[]; readonly count?: never }
  | { readonly type: 'steps_completed'; readonly count: number }
  | { readonly type: 'quiz_perfect'; readonly minScore?: number }
  | { readonly type: 'workflows_completed'; readonly count: number; readonly workflowIds?: never }
  | { readonly type: 'workflows_completed'; readonly workflowIds: readonly string[]; readonly count?: never }
  | { readonly type: 'actions_completed'; readonly count: number }

/** What must be true for a milestone to be earned, as plain data. */
export type Requirement<Id extends string = string, Category extends string = string> =
  | MetricRequirement<Category>
  | PointsRequirement
  | LevelRequirement
  | MilestonesRequirement<Id>
  | CompositeRequirement<Id, Category>
  | SomeRequirement<Id, Category>
  | TutorialRequirement

/**
 * The five shorthands as one type, as hand-written services declare it. Which fields belong together is checked with
 * the catalog.
 */
export type HandWrittenRequirement = {
  readonly type: TutorialRequirement['type']
  readonly count?: number | undefined
  readonly tutorialIds?: readonly string[] | undefined
  readonly workflowIds?: readonly string[] | undefined
  readonly minScore?: number | undefined
}

/** The name of a kind of requirement. */
export type RequirementType = Requirement['type']

/** The requirements of some kinds, as returned by calls: with arrays that the caller may change. */
export type RequirementOf<Kind extends RequirementType = RequirementType> = Writable<
  RequirementOfType<Requirement, Kind>
>

/** The requirement of one type. */
export type RequirementOfType<Each extends Requirement = Requirement, Kind = RequirementType> = Each extends unknown
  ? [Extract<Each['type'], Kind>] extends [never]
    ? never
    : Each
  : never

/** A requirement whose targets come from the milestone's `tiers`. */
export type TieredRequirement<Id extends string = string, Category extends string = string> =
  | WithoutTarget<MetricRequirement<Category>>
  | WithoutTarget<PointsRequirement>
  | WithoutTarget<LevelRequirement>
  | WithoutTarget<MilestonesRequirement<Id>>
  | WithoutTarget<SomeRequirement<Id, Category>>

/** A requirement without its target, for milestones whose tiers have one each. */
export type WithoutTarget<Type = Requirement> = Type extends unknown
  ? Omit<Type, 'target'> & { readonly target?: undefined }
  : never

/** A requirement whose tutorial shorthands have been expanded. */
export type ExpandedRequirement =
  | MetricRequirement
  | PointsRequirement
  | LevelRequirement
  | MilestonesRequirement
  | { readonly type: 'all' | 'any'; readonly of: readonly ExpandedRequirement[] }
  | { readonly type: 'some'; readonly of: readonly ExpandedRequirement[]; readonly target: number }

/** The ids of milestones among all ids of a catalog, which also contain those of tiers with keys of their own. */
export type MilestoneId<Id extends string = string> = Exclude<Id, `${string}#${string}`>

/** The ids of tiers by their keys: `posts#gold`. */
export type TierId<Id extends string = string, Key extends string = string> = `${Id}#${Key}`

/**
 * The id of a badge: the milestone's id; `posts#gold` for a tier by its key, `posts#50` by its target; `helper@2` for
 * the second time of a repeatable milestone, `daily@2026-11-28` if its times are calendar periods. The bare id of a
 * repeatable milestone matches any of its times.
 */
export type BadgeId<Id extends string = string> =
  | Id
  | `${MilestoneId<Id>}#${number}`
  | `${MilestoneId<Id>}@${BadgeTime}`

/** Which time of a repeatable milestone: `2`, or the calendar period `2026`, `2026-11`, `2026-W48`, `2026-11-28`. */
export type BadgeTime = `${number}` | `${number}-${number}` | `${number}-W${number}` | `${number}-${number}-${number}`

/** How deep `all`, `any` and `some` may be nested. */
export const requirementDepthLimit = 8
