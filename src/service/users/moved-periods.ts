import type { Badge } from '../../core/awards/badge.js'
import { milestoneOf } from '../../core/awards/compile.js'
import { rowsByMetric } from '../../core/awards/count-history.js'
import { holds, stateOf } from '../../core/awards/decide.js'
import { isKept } from '../../core/awards/keep.js'
import type { Session } from '../../store/database/session.js'
import { deleteBadges } from '../../store/progress/decisions.js'
import type { CountingContext } from '../context/context.js'
import { countUsers } from '../recount/count-users.js'

/** The user whose days change, and the change itself. */
type DayChange = { readonly userId: string; readonly change: () => Promise<void> }

/**
 * Changes the days of a locked user, and removes badges of calendar periods that no longer hold with the new days,
 * because the same completions now fall into other periods. Reads nothing if no milestone repeats by period. Returns
 * the badges that were removed.
 */
export async function changeDays(
  context: CountingContext,
  tx: Session,
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

// The badges held that the history supports, except badges that stay in any case.
async function periodBadges(context: CountingContext, tx: Session, userId: string): Promise<readonly Badge[]> {
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
