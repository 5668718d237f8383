import type { Where } from './where.js'

/** Narrows which completions a metric counts. */
export type Filter<Category extends string = string> = {
  /** One category, or several that are counted together. */
  readonly category: Category | readonly Category[]
  /** Only these items. */
  readonly items?: readonly string[]
  readonly where?: Where
}

/** True once so many completions are there. `target` may be left out where `items` are given: then all of them. */
export type CountRequirement<Category extends string = string> = Filter<Category> & {
  readonly type: 'count'
  readonly target?: number
}

/** True once a number in the metadata adds up to the target. Finite numbers >= 0 count, exactly. */
export type TotalRequirement<Category extends string = string> = Filter<Category> & {
  readonly type: 'total'
  readonly property: string
  readonly target: number
}

/** True once the highest value of a number in the metadata reaches the target. Finite numbers >= 0 count. */
export type BestRequirement<Category extends string = string> = Filter<Category> & {
  readonly type: 'best'
  readonly property: string
  readonly target: number
}

/** True once the user's badges bring so many points. */
export type PointsRequirement = { readonly type: 'points'; readonly target: number }

/** True once the user stands on this level. */
export type LevelRequirement = { readonly type: 'level'; readonly target: number }

/** True once so many of these milestones are held; all of them where `target` is left out. */
export type MilestonesRequirement<Id extends string = string> = {
  readonly type: 'milestones'
  readonly ids: readonly Id[]
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
  | { readonly type: 'tutorials_completed'; readonly count: number; readonly tutorialIds?: undefined }
  | { readonly type: 'tutorials_completed'; readonly tutorialIds: readonly string[]; readonly count?: undefined }
  | { readonly type: 'steps_completed'; readonly count: number }
  | { readonly type: 'quiz_perfect'; readonly minScore?: number }
  | { readonly type: 'workflows_completed'; readonly count: number; readonly workflowIds?: undefined }
  | { readonly type: 'workflows_completed'; readonly workflowIds: readonly string[]; readonly count?: undefined }
  | { readonly type: 'actions_completed'; readonly count: number }

/** Says, as plain data, what must be true for a milestone to be reached. */
export type Requirement<Id extends string = string, Category extends string = string> =
  | CountRequirement<Category>
  | TotalRequirement<Category>
  | BestRequirement<Category>
  | PointsRequirement
  | LevelRequirement
  | MilestonesRequirement<Id>
  | CompositeRequirement<Id, Category>
  | SomeRequirement<Id, Category>
  | TutorialRequirement

/** A requirement whose tutorial shorthands have been expanded. */
export type ExpandedRequirement =
  | CountRequirement
  | TotalRequirement
  | BestRequirement
  | PointsRequirement
  | LevelRequirement
  | MilestonesRequirement
  | { readonly type: 'all' | 'any'; readonly of: readonly ExpandedRequirement[] }
  | { readonly type: 'some'; readonly of: readonly ExpandedRequirement[]; readonly target: number }

/** How deep `all`, `any` and `some` may be nested. */
export const requirementDepthLimit = 8
