import { parseDuration } from '../time/duration.js'

/** How long the completions of some categories are kept. Older ones are folded: replaced by what was counted from them. */
export type RetentionRule<Category extends string = string> = {
  readonly category: Category | readonly Category[]
  /** An ISO 8601 duration of at least a day, such as `P730D`. */
  readonly keep: string
}

/**
 * Returns the instant before which a rule folds. It is the beginning of a month (UTC), so that a user is folded once a
 * month at most, and completions are kept up to a month longer than the rule says.
 */
export function retentionLine({ keep }: Pick<RetentionRule, 'keep'>, now: Date): Date {
  const oldest = new Date(now.getTime() - parseDuration(keep)!)
  oldest.setUTCDate(1)
  oldest.setUTCHours(0, 0, 0, 0)
  return oldest
}
