/** The number of users affected, and some of their ids. */
export type Affected = { userCount: number; examples: string[] }

/** An effect of a plan that is rarely intended. */
export type PlanWarning =
  | ListWarning
  | PaidAgainWarning
  | BeyondLimitWarning
  | FoldedWarning
  | RetentionWarning
  | FoldedDaysWarning

/** A milestone needs a list that has no items, or fewer than it takes, so the requirement cannot hold. */
export type ListWarning = {
  type: 'list'
  /** The milestone or tier. */
  id: string
  list: string
  itemCount: number
  users: Affected
  message: string
}

/** A new badge is awarded for the same achievement as a badge whose id is no longer in the catalog. */
export type PaidAgainWarning = {
  type: 'paid-again'
  /** The badge that users would get. */
  id: string
  /** The badge that they keep, which the catalog no longer has. */
  formerId: string
  users: Affected
  message: string
}

/** More users have a badge than its limit. They keep it, and until fewer have it, nobody gets it. */
export type BeyondLimitWarning = {
  type: 'beyond-limit'
  /** The badge. */
  id: string
  limit: number
  /** Those who have it. */
  users: Affected
  message: string
}

/** Completions were folded that a milestone or a board would count. `apply` refuses this without `acceptFolded`. */
export type FoldedWarning = {
  type: 'folded'
  /** The milestone or the board. */
  id: string
  /** It counts only what came after this instant. Users may have been folded up to different ones; this is the latest. */
  until: Date
  users: Affected
  message: string
}

/** Once the catalog is applied, completions are folded by one of its retention rules. This cannot be reverted. */
export type RetentionWarning = {
  type: 'retention'
  categories: string[]
  /** Completions from before this instant are folded. */
  before: Date
  completionCount: number
  users: Affected
  message: string
}

/**
 * Days of folded completions stay as they were counted. `folded-day-start`: the catalog has another `dayStartsAt` than the one
 * before. `folded-time-zone`: the service has another `defaultTimeZone` now.
 * `folded-pauses`: pauses of such days were entered, or taken back, after they were folded.
 */
export type FoldedDaysWarning = {
  type: 'folded-day-start' | 'folded-time-zone' | 'folded-pauses'
  /** For some users, this concerns the days before this instant: the latest of them. */
  until: Date
  users: Affected
  message: string
}
