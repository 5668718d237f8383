import { instant } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** For how long after a board was last read its changes are noted. Readers trust its counts for one day. */
const notedMs = 2 * 86_400_000

/** Returns since when a board must have been read for its changes to be noted. */
function notedSince(at: Date): Sql {
  return instant(new Date(at.getTime() - notedMs))
}

/** What changed: the name of the part that notes it, and rows of user_id, period, points_before and points_after. */
type PointsChanged = { readonly name: string; readonly rows: Sql; readonly at: Date }

/**
 * Notes for the counts of ranks who has how many points now, as part of the `with` of the statement that changes them.
 * If no board is counted, it reads one empty table and nothing else.
 */
export function rankChangesNoted(
  { rankBoards, rankChanges, userStandings }: Tables,
  { name, rows, at }: PointsChanged,
): Sql {
  return sql`${raw(name)} as (
      insert into ${rankChanges} (user_id, period, points_before, points_after)
      select c.* from (${rows}) as c
      where exists (select from ${rankBoards}) and c.points_before <> c.points_after
        and c.period in (select b.period from ${rankBoards} as b where b.read_at > ${notedSince(at)})
        and not exists (select from ${userStandings} as h where h.user_id = c.user_id and h.visibility = 'off')
    )`
}

/**
 * Does the same for rows of boards by a metric. `written`: the rows after it, of the same statement, which still sees those
 * before.
 */
export function valuesNoted(tables: Tables, { written, at }: { readonly written: string; readonly at: Date }): Sql {
  const mark = tables.rankMarkFunction
  const rows = sql`select w.user_id, w.period || chr(10) || w.metric as period, ${mark}(m.ranked) as points_before,
      ${mark}(w.ranked) as points_after
    from ${raw(written)} as w left join ${tables.userMetrics} as m using (user_id, metric, period)`
  return rankChangesNoted(tables, { name: 'ranked', rows, at })
}

/**
 * Notes that a locked user enters or leaves all boards. `erase`, before the user is deleted, also takes the id out of
 * what was noted, and waits for a fold, which may be reading it. In a cluster no board is counted.
 */
export async function noteRanked(
  db: Session,
  { rankUserFunction, layout }: Tables,
  { userId, change, at }: { readonly userId: string; readonly change: 'enter' | 'leave' | 'erase'; readonly at: Date },
): Promise<void> {
  if (layout.isSpread) return
  // As a table: Prisma cannot read a column of type void.
  await run(db, sql`select from ${rankUserFunction}(${userId}, ${change}, ${notedSince(at)})`)
}
