import type { PeriodUnit } from '../time/period.js'
import type { TimeWindow } from '../time/window.js'
import type { Writable } from '../values/fresh.js'
import type { Where } from './where.js'

/** Limits which completions count. */
export type CompletionFilter<Category extends string = string> = {
  /** One category, or several that are counted together. */
  readonly category: Category | readonly Category[]
  /** Only these items. */
  readonly items?: readonly string[]
  readonly where?: Where
}

/** Narrows counting in time: to what one calendar period of the user holds, the best one deciding, or to a window. */
export type During = PeriodUnit | TimeWindow

type TimeLimits = {
  readonly during?: During
  /** An ISO 8601 duration of fixed length, as `P7D`: what falls into `(t − within, t]`, for the best `t`. */
  readonly within?: string
}

/** Met by `target` completions. With `items`, `target` is optional: the default is all of them. */
export type CountRequirement<Category extends string = string> = CompletionFilter<Category> &
  TimeLimits & {
    readonly type: 'count'
    /** Counts each value of this metadata property once. Texts, numbers and booleans are values. */
    readonly distinct?: string
    readonly target?: number
  }

/** Met when a metadata number adds up to the target. Finite numbers >= 0 count; sums are exact. */
export type TotalRequirement<Category extends string = string> = CompletionFilter<Category> &
  TimeLimits & {
    readonly type: 'total'
    readonly property: string
    readonly target: number
  }

/** True once the highest value of a number in the metadata reaches the target. Finite numbers >= 0 count. */
export type BestRequirement<Category extends string = string> = CompletionFilter<Category> & {
  readonly type: 'best'
  readonly property: string
  readonly during?: During
  readonly target: number
}

/**
 * True once the user has completed something in so many periods in a row, by the user's own calendar. In each gap up to
 * `grace` periods may be missed; they do not count towards the length.
 */
export type StreakRequirement<Category extends string = string> = CompletionFilter<Category> & {
  readonly type: 'streak'
  readonly every: 'day' | 'week' | 'month'
  readonly grace?: number
  readonly target: number
}

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

/** `all` holds when every part holds, `any` when one does. */
export type CompositeRequirement<Id extends string = string, Category extends string = string> = {
  readonly type: 'all' | 'any'
  readonly of: readonly Requirement<Id, Category>[]
}

/** True once `target` of the parts hold. */
export type SomeRequirement<Id extends string = string, Category extends string = string> = {
  readonly type: 'some'
  readonly of: readonly Requirement<Id, Category>[]
  readonly target: number
}

/** The shorthands that hand-made milestone services use; each expands to a `count`. */
export type TutorialRequirement =
  | { readonly type: 'tutorials_completed'; readonly count: number; readonly tutorialIds?: never }
  | { readonly type: 'tutorials_completed'; readonly tutorialIds: readonly string[]; readonly count?: never }
  | { readonly type: 'steps_completed'; readonly count: number }
  | { readonly type: 'quiz_perfect'; readonly minScore?: number }
  | { readonly type: 'workflows_completed'; readonly count: number; readonly workflowIds?: never }
  | { readonly type: 'workflows_completed'; readonly workflowIds: readonly string[]; readonly count?: never }
  | { readonly type: 'actions_completed'; readonly count: number }

/** Says, as plain data, what must be true for a milestone to be reached. */
export type Requirement<Id extends string = string, Category extends string = string> =
  | MetricRequirement<Category>
  | PointsRequirement
  | LevelRequirement
  | MilestonesRequirement<Id>
  | CompositeRequirement<Id, Category>
  | SomeRequirement<Id, Category>
  | TutorialRequirement

/** The five shorthands as one type, as hand-written services declare it; which fields go together is checked when the catalog is. */
export type HandWrittenRequirement = {
  readonly type: TutorialRequirement['type']
  readonly count?: number | undefined
  readonly tutorialIds?: readonly string[] | undefined
  readonly workflowIds?: readonly string[] | undefined
  readonly minScore?: number | undefined
}

/** The name of a kind of requirement. */
export type RequirementType = Requirement['type']

/** The requirements of some kinds, as they are answered: in arrays of the caller's own. */
export type RequirementOf<Kind extends RequirementType> = Writable<RequirementOfType<Requirement, Kind>>

type RequirementOfType<Each extends Requirement, Kind> = Each extends unknown
  ? [Extract<Each['type'], Kind>] extends [never]
    ? never
    : Each
  : never

/** A requirement that compares a metric with a target. */
export type MetricRequirement<Category extends string = string> =
  | CountRequirement<Category>
  | TotalRequirement<Category>
  | BestRequirement<Category>
  | StreakRequirement<Category>

/** A requirement whose targets come from the milestone's `tiers`. */
export type TieredRequirement<Id extends string = string, Category extends string = string> =
  | WithoutTarget<MetricRequirement<Category>>
  | WithoutTarget<PointsRequirement>
  | WithoutTarget<LevelRequirement>
  | WithoutTarget<MilestonesRequirement<Id>>
  | WithoutTarget<SomeRequirement<Id, Category>>

type WithoutTarget<Type> = Type extends unknown ? Omit<Type, 'target'> & { readonly target?: undefined } : never

/** A requirement whose tutorial shorthands have been expanded. */
export type ExpandedRequirement =
  | MetricRequirement
  | PointsRequirement
  | LevelRequirement
  | MilestonesRequirement
  | { readonly type: 'all' | 'any'; readonly of: readonly ExpandedRequirement[] }
  | { readonly type: 'some'; readonly of: readonly ExpandedRequirement[]; readonly target: number }

/** The ids of milestones among the ids of a catalog, which name tiers with keys of their own as well. */
export type MilestoneId<Id extends string = string> = Exclude<Id, `${string}#${string}`>

/** The ids of tiers by their keys: `posts#gold`. */
export type TierId<Id extends string, Key extends string> = `${Id}#${Key}`

/**
 * The id of a badge: the milestone's; `posts#gold` for a tier by its key, `posts#50` by its target; `helper@2` for the second time of a
 * repeatable one, `daily@2026-11-28` where calendar periods name the times. The bare id of a repeatable one names any of its times.
 */
export type BadgeId<Id extends string = string> =
  | Id
  | `${MilestoneId<Id>}#${number}`
  | `${MilestoneId<Id>}@${BadgeTime}`

/** Which time of a repeatable milestone: `2`, or the calendar period `2026`, `2026-11`, `2026-W48`, `2026-11-28`. */
export type BadgeTime = `${number}` | `${number}-${number}` | `${number}-W${number}` | `${number}-${number}-${number}`

/** How deep `all`, `any` and `some` may be nested. */
export const requirementDepthLimit = 8

/** Gives the calendar period in which a requirement counts. */
export function unitOf(requirement: MetricRequirement): PeriodUnit | undefined {
  return requirement.type !== 'streak' && typeof requirement.during === 'string' ? requirement.during : undefined
}

/** Gives the window of time that a requirement itself names. */
export function windowOf(requirement: MetricRequirement): TimeWindow | undefined {
  return requirement.type !== 'streak' && typeof requirement.during === 'object' ? requirement.during : undefined
}
