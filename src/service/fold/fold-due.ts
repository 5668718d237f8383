import { retentionLine } from '../../core/catalog/retention.js'
import { categoriesOf } from '../../core/metrics/filter.js'
import { noteRun, type RunProgress, readRetention, takeRun } from '../../store/progress/retention-runs.js'
import type { ServiceContext } from '../context/context.js'
import { userPages } from '../recount/user-pages.js'
import { type FoldCount, type Folding, foldPage, ruleIsGone, startFolding } from './fold-page.js'

/** Options of `foldDue`. */
export type FoldDueOptions = {
  /** How long to go on, in milliseconds. The next call continues. Default: without a limit. */
  readonly deadlineMs?: number | undefined
}

/** What was folded by the retention rules. */
export type FoldedCount = FoldCount & {
  /** Whether time ran out before everything was folded. */
  isMoreDue: boolean
}

/** How many users are looked at at once. */
const pageSize = 200

/** Folds what the rules of the catalog in effect say, until there is no time left. */
export async function foldDueCompletions(
  context: ServiceContext,
  { deadlineMs = Number.POSITIVE_INFINITY }: FoldDueOptions,
): Promise<FoldedCount> {
  const until = performance.now() + deadlineMs
  const folded: FoldedCount = { userCount: 0, completionCount: 0, clearedCount: 0, isMoreDue: false }
  for (const rule of await readRetention(context.db, context.tables)) {
    if (performance.now() >= until) return { ...folded, isMoreDue: true }
    const folding = startFolding({ rule, categories: categoriesOf(rule), until: retentionLine(rule, context.now()) })
    if (!(await foldByRule(context, folding, () => performance.now() >= until))) folded.isMoreDue = true
    for (const [name, count] of Object.entries(folding.count)) folded[name as keyof FoldCount] += count
  }
  return folded
}

// Returns whether nothing is left that this process could do.
async function foldByRule(context: ServiceContext, folding: Folding, isOver: () => boolean): Promise<boolean> {
  const { db, tables, now } = context
  const { scope } = folding
  let after = await takeRun(db, tables, { ...scope, now: now() })
  if (after === null) return true
  const note = (progress: Omit<RunProgress, 'after'>): Promise<void> =>
    noteRun(db, tables, { ...scope, after: after!, now: now(), ...progress })
  try {
    for await (const userIds of userPages(context, undefined, { pageSize, after })) {
      const isDone = await foldPage(context, userIds, folding, isOver)
      if (isDone) after = userIds.at(-1)!
      const isLeft = !isDone || isOver()
      await note({ isLeft, isFinished: false })
      if (isLeft) return false
    }
  } catch (error) {
    await note({ isLeft: true, isFinished: false })
    if (error === ruleIsGone) return true
    throw error
  }
  await note({ isLeft: true, isFinished: true })
  return true
}
