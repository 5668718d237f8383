import type { Countable } from '../metrics/metric.js'

/** Points that a user was given manually, or that were taken away if they are negative. `key` identifies them. */
export type PointsAdjustment = { readonly key: string; readonly points: number; readonly at: Date }

/** How a count of a history takes in adjustments. */
export type CountedAdjustments = {
  /** The points with which it starts. */
  readonly atStart: number
  /** The others, in order of time, as if completions had given them. */
  readonly later: Countable[]
}

/**
 * Divides adjustments for a count. Points that were taken away are missing from the start, so that points only rise: what
 * does not hold at the end then never held. What was given before the line of a fold is there from the start too.
 */
export function countedAdjustments(adjustments: readonly PointsAdjustment[], line?: Date): CountedAdjustments {
  const isLater = ({ points, at }: PointsAdjustment): boolean => points > 0 && !(line && at < line)
  return {
    atStart: adjustments.reduce((sum, adjustment) => (isLater(adjustment) ? sum : sum + adjustment.points), 0),
    later: adjustments.filter(isLater).map(({ key: itemKey, points, at: completedAt }) => {
      return { category: keyedCategory, itemKey, metadata: {}, completedAt, points }
    }),
  }
}

/** The category in the ledger of what has a key of the caller: adjustments, spent coins and refunds. No completion has it. */
export const keyedCategory = ''
