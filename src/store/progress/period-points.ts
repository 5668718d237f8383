import { badgesPrefix } from '../../core/catalog/board.js'
import { badgeCategory } from '../../core/users/completion.js'
import { anyOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { badgeLabels, periodLabels } from './board-labels.js'
import { netGains } from './net-gains.js'
import { rankChangesNoted } from './rank-changes.js'

/** Selects what weeks, months and the periods of boards have of some users: user_id, label, points and reached_at. */
export function periodsCounted(tables: Tables, users: Sql): Sql {
  const counted = sql`select user_id, label, sum(points) as points, max(at) filter (where points > 0) as reached_at
    from (${netGains(tables, users)}) as net, ${periodLabels(tables)}
    where points <> 0 and currency is null group by user_id, label`
  return countsBadges(tables) ? sql`${counted} union all ${badgesCounted(tables, users)}` : counted
}

/** Tells whether boards of the catalog count badges. */
export function countsBadges({ periodBoards }: Tables): boolean {
  return periodBoards !== undefined && periodBoards.badges.length > 0
}

function badgesCounted(tables: Tables, users: Sql): Sql {
  return sql`select user_id, label, count(*)::numeric as points, max(completed_at) as reached_at
    from ${tables.userProgress}, ${badgeLabels(tables)}
    where user_id = ${users} and category = ${badgeCategory} group by user_id, label`
}

/** Users whose periods are set, and when. */
type Replacing = { readonly userIds: readonly string[]; readonly recordedAt: Date }

/** Sets weeks, months and the periods of boards of some users to what the ledger says, and the badges they hold. */
export async function replacePeriodPoints(db: Session, tables: Tables, replacing: Replacing): Promise<void> {
  await replace(db, tables, { ...replacing, counted: periodsCounted(tables, anyOf(replacing.userIds)), scope: sql`` })
}

/** Sets the badges of some users on boards that count badges to those they hold. */
export async function replaceBadgeCounts(db: Session, tables: Tables, replacing: Replacing): Promise<void> {
  const scope = sql`and b.period like ${`${badgesPrefix}%`}`
  await replace(db, tables, { ...replacing, counted: badgesCounted(tables, anyOf(replacing.userIds)), scope })
}

/** `scope`: a condition on the periods that are set. */
type Counted = Replacing & { readonly counted: Sql; readonly scope: Sql }

async function replace(db: Session, tables: Tables, { userIds, recordedAt, counted, scope }: Counted): Promise<void> {
  const { userPeriodPoints } = tables
  const users = anyOf(userIds)
  if (tables.layout.isSpread) {
    await run(db, sql`delete from ${userPeriodPoints} as b where b.user_id = ${users} ${scope}`)
    await run(
      db,
      sql`insert into ${userPeriodPoints} (user_id, period, points, reached_at)
        select user_id, label, points, reached_at from (${counted}) as counted`,
    )
    return
  }
  await run(
    db,
    sql`with counted as (${counted}), gone as (
        delete from ${userPeriodPoints} as b where b.user_id = ${users} ${scope}
          and not exists (select from counted c where c.user_id = b.user_id and c.label = b.period)
        returning b.user_id, b.period, 0::bigint as points
      ), replaced as (
      insert into ${userPeriodPoints} as b (user_id, period, points, reached_at)
      select user_id, label, points, reached_at from counted order by user_id collate "C", label
      on conflict (user_id, period) do update set points = excluded.points, reached_at = excluded.reached_at
      where (b.points, b.reached_at) is distinct from (excluded.points, excluded.reached_at)
      returning b.user_id, b.period, b.points
      ), changed as (select * from gone union all select * from replaced),
      ${rankChangesNoted(tables, { name: 'period_ranked', rows: periodsWritten(tables, 'changed'), at: recordedAt })}
      select count(*) from changed`,
  )
}

/** Selects what changed in periods, for the counts of ranks. `written`: the rows after it, of the same statement. */
export function periodsWritten({ userPeriodPoints }: Tables, written: string): Sql {
  // The statement still sees the points before.
  return sql`select w.user_id, w.period, coalesce(p.points, 0) as points_before, w.points as points_after
    from ${raw(written)} as w left join ${userPeriodPoints} as p on p.user_id = w.user_id and p.period = w.period`
}
