import type { Badge } from '../../core/awards/badge.js'
import { milestoneOf } from '../../core/awards/compile.js'
import { rowsByMetric } from '../../core/awards/count-history.js'
import { holds, stateOf } from '../../core/awards/decide.js'
import { isKept } from '../../core/awards/keep.js'
import type { Database } from '../../store/database/database.js'
import { deleteBadges } from '../../store/progress/decisions.js'
import type { CountingContext } from '../context/context.js'
import { countUsers } from '../recount/count-users.js'

/** Whose days change, and what changes them. */
type DayChange = { readonly userId: string; readonly change: () => Promise<void> }

/**
 * Changes how the days of a locked user run, and takes the badges of calendar periods that were reached by the days of before and are
 * not any more: the same completions reach others now. Costs no read where no badge is of a period. Returns the badges that went.
 */
export async function changeDays(
  context: CountingContext,
  tx: Database,
  { userId, change }: DayChange,
): Promise<readonly Badge[]> {
  if (!context.compiled.milestones.some(({ repeat }) => repeat?.byPeriod)) {
    await change()
    return []
  }
  const before = await periodBadges(context, tx, userId)
  await change()
  const after = new Set((await periodBadges(context, tx, userId)).map(({ id }) => id))
  const lost = before.filter(({ id }) => !after.has(id))
  await deleteBadges(tx, context.tables, { userId, badgeIds: lost.map(({ id }) => id) })
  return lost
}

// Those held that the history supports, but for such as stay whatever becomes of it.
async function periodBadges(context: CountingContext, tx: Database, userId: string): Promise<readonly Badge[]> {
  const { compiled } = context
  const [counted] = await countUsers(context, tx, [{ userId, fresh: [] }])
  const { holdings, count } = counted!
  const state = stateOf({ rows: rowsByMetric(count) })
  return holdings.badges.filter(({ id }) => {
    const goal = milestoneOf(compiled, id)?.goal
    if (goal?.type !== 'metric' || goal.part === undefined) return false
    return holds(goal, state) && !isKept(compiled, id) && holdings.decisions.get(id) !== 'awarded'
  })
}
