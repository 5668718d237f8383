import { type Definitions, writer } from '../context/call-kinds.js'
import type { ServiceContext } from '../context/context.js'
import { type FoldOptions, type FoldReport, foldBefore } from './fold.js'
import { type FoldDueOptions, type FoldedCount, foldDueCompletions } from './fold-due.js'

/** The calls of a service that fold old completions. */
export type FoldCalls<Category extends string = string> = {
  /**
   * Replaces the completions of some categories from before an instant by what was counted from them, to save room.
   * Counts, totals, bests, streaks, points and badges stay as they are, and a folded completion is still a duplicate if
   * it is recorded again. From then on nothing before that instant can be recorded, imported or undone for the users who
   * had such completions. This cannot be reverted. Runs while recording continues, a page of users per transaction; if it
   * is stopped, the same call continues.
   * @throws INPUT_INVALID, also if no catalog was applied yet; USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * const report = await service.foldCompletions(new Date('2025-01-01'), { categories: ['page-view'], dryRun: true })
   */
  foldCompletions(before: Date, options: FoldOptions<Category>): Promise<FoldReport>
  /**
   * Folds completions that the retention rules of the catalog in effect do not keep any more, once a month at most. Safe to
   * run in several processes at once: one does the work. `deliverOnce` and the workers of a server call it too.
   * @throws USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  foldDue(options?: FoldDueOptions): Promise<FoldedCount>
}

/** Defines the calls that fold. */
export function foldCalls(context: ServiceContext): Definitions<FoldCalls> {
  return {
    foldCompletions: writer([null, { categories: true, dryRun: true, onProgress: true }], async (before, options) =>
      foldBefore(context, before, options),
    ),
    foldDue: writer([{ deadlineMs: true }], async (options = {}) => foldDueCompletions(context, options)),
  }
}
