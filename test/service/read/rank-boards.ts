import { sql } from 'drizzle-orm'
import { untilEnded } from '../../../src/service/context/until-ended.js'
import { retried } from '../../../src/store/database/retry.js'
import { inTransaction } from '../../../src/store/database/transaction.js'
import { tendRankBoard } from '../../../src/store/reports/ranks.js'
import { tablesIn } from '../../../src/store/schema/tables.js'
import { readOpenWriters } from '../../../src/store/users/open-writers.js'
import type { TestDatabase } from '../../support/databases.js'

const tables = tablesIn()
const patienceMs = 60_000

/** Does what a reader does to have a board counted, with buckets for two users. */
export async function countRanks(
  { session, rows }: Pick<TestDatabase, 'session' | 'rows'>,
  { board, at }: { readonly board: string; readonly at: Date },
): Promise<void> {
  const tend = (mayCount: boolean): Promise<boolean> =>
    retried(patienceMs, () => inTransaction(session, 'write', tx => tendRankBoard(tx, tables, { board, at, mayCount })))
  await rows(sql`insert into milepost.rank_boards (period, bucket_size, read_at)
    values (${board}, 2, '2000-01-01') on conflict do nothing`)
  if (await tend(false)) return
  await untilEnded(session, tables, { open: await readOpenWriters(session, tables), patienceMs })
  await tend(true)
}

/** Lets a board look as if nobody had read it for long. */
export async function forgetBoard({ rows }: Pick<TestDatabase, 'rows'>, board: string): Promise<void> {
  await rows(sql`update milepost.rank_boards set read_at = '2000-01-01' where period = ${board}`)
}

/** What is wrong with the counts of one board. */
export type RankFault = {
  readonly period: string
  readonly points: string
  readonly counted: string
  readonly users: string
}

/**
 * Compares every counted board with its users, in one statement: how many have more than each number of points or value on it,
 * and those around it, and how many have as much.
 */
export function rankFaults(database: Pick<TestDatabase, 'rows'>): Promise<readonly RankFault[]> {
  return database.rows<RankFault>(sql`
    with places as (
      select '' as period, points from milepost.user_standings where points > 0 and visibility <> 'off'
      union all
      select p.period, p.points from milepost.user_period_points p join milepost.user_standings s using (user_id)
        where p.points > 0 and s.visibility <> 'off'
      union all
      select m.period || chr(10) || m.metric, m.ranked
        from milepost.user_metrics m join milepost.user_standings s using (user_id)
        where m.ranked is not null and s.visibility <> 'off'
    ), marks as (
      select period, 0::numeric as points from milepost.rank_boards
      union select period, points + d from places cross join (values (-1), (0), (1)) as near (d)
    )
    select period, points::text, counted::text, users::text
    from marks join milepost.rank_boards using (period) cross join (values (true), (false)) as how (as_much)
      cross join lateral milepost.rank_count_1(period, points, as_much) as counted
      cross join lateral (
        select count(*) as users from places p
        where p.period = marks.period and (p.points > marks.points or as_much and p.points = marks.points)) as naive
    where is_counted and read_at > '2000-01-01' and counted <> users order by period, marks.points`)
}
