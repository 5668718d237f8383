import { groupBy } from '../../core/values/group-by.js'
import { anyOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { byUser } from './each-user.js'
import { netGains } from './net-gains.js'

// The parts of its rule in which a row of the ledger has a share. The days of a cap are added up from the ledger instead.
const buckets: Sql = sql`lateral (
    select period as bucket where period <> '' and length(period) <> 10
    union all select terms ->> 'item' where terms ->> 'item' is not null
    union all select '' where terms ->> 'cooldown' is not null
  ) as buckets`

const figures: Sql = sql`sum(points) as points, sum(coalesce(offered, points)) as offered, min(cap) as lowest_cap,
    max(at) as last_at, max(at) filter (where points > 0) as paid_at`

/** Adds to the limits what the ledger got, as part of the `with` of the statement that writes the ledger as `added`. */
export function limitsGrown({ pointsLimits }: Tables): Sql {
  return sql`limits as (
      insert into ${pointsLimits} as l (user_id, source, bucket, points, offered, lowest_cap, last_at, paid_at)
      select user_id, source, bucket, ${figures} from added, ${buckets} group by user_id, source, bucket
      order by user_id collate "C", source collate "C", bucket collate "C"
      on conflict (user_id, source, bucket) do update set
        points = l.points + excluded.points, offered = l.offered + excluded.offered,
        lowest_cap = least(l.lowest_cap, excluded.lowest_cap), last_at = greatest(l.last_at, excluded.last_at),
        paid_at = greatest(l.paid_at, excluded.paid_at)
    )`
}

// What the ledger says about the limits of some users.
function limitsCounted(tables: Tables, users: Sql): Sql {
  return sql`select user_id, source, bucket, ${figures} from (${netGains(tables, users)}) as net, ${buckets}
    group by user_id, source, bucket`
}

/** Sets the limits of some users to what the ledger says. */
export async function replaceLimits(db: Session, tables: Tables, userIds: readonly string[]): Promise<void> {
  const { pointsLimits } = tables
  const users = anyOf(userIds)
  const counted = limitsCounted(tables, users)
  // Not `exists`: as a nested loop it would add up the ledger again for each row.
  await run(
    db,
    sql`delete from ${pointsLimits} where user_id = ${users}
      and (user_id, source, bucket) not in (select user_id, source, bucket from (${counted}) as counted)`,
  )
  await run(
    db,
    sql`insert into ${pointsLimits} as l (user_id, source, bucket, points, offered, lowest_cap, last_at, paid_at)
      select user_id, source, bucket, points, offered, lowest_cap, last_at, paid_at from (${counted}) as counted
      order by user_id collate "C", source collate "C", bucket collate "C"
      on conflict (user_id, source, bucket) do update set points = excluded.points, offered = excluded.offered,
        lowest_cap = excluded.lowest_cap, last_at = excluded.last_at, paid_at = excluded.paid_at
      where (l.points, l.offered, l.lowest_cap, l.last_at, l.paid_at)
        is distinct from (excluded.points, excluded.offered, excluded.lowest_cap, excluded.last_at, excluded.paid_at)`,
  )
}

/** The points of a part of a rule, as stored and according to the ledger; null if one side has nothing. */
export type LimitDrift = {
  readonly userId: string
  readonly source: string
  readonly bucket: string
  readonly stored: number | null
  readonly counted: number | null
}

/** Lists the limits of some users that differ from the ledger. */
export async function readLimitDrifts(
  db: Session,
  tables: Tables,
  userIds: readonly string[],
): Promise<readonly LimitDrift[]> {
  const drifts = await byUser(tables, userIds, async some =>
    groupBy(await driftsOf(db, tables, some), ({ userId }) => userId),
  )
  return [...drifts.values()].flat()
}

async function driftsOf(db: Session, tables: Tables, userIds: readonly string[]): Promise<readonly LimitDrift[]> {
  const users = anyOf(userIds)
  const own = sql`select user_id, source, bucket, points, offered, lowest_cap, last_at, paid_at`
  const rows = await run<{ user_id: string; source: string; bucket: string; stored: string; counted: string }>(
    db,
    sql`with counted as (${limitsCounted(tables, users)}), stored as (
        ${own} from ${tables.pointsLimits} where user_id = ${users}
      ), differing as (
        select coalesce(s.user_id, c.user_id) as user_id, coalesce(s.source, c.source) as source,
          coalesce(s.bucket, c.bucket) as bucket, s.points::text as stored, c.points::text as counted
        from stored as s full join counted as c on s.user_id = c.user_id and s.source = c.source and s.bucket = c.bucket
        where (s.points, s.offered, s.lowest_cap, s.last_at, s.paid_at)
          is distinct from (c.points, c.offered, c.lowest_cap, c.last_at, c.paid_at)
      )
      select user_id, source, bucket, coalesce(stored, '') as stored, coalesce(counted, '') as counted from differing
      order by user_id collate "C", source collate "C", bucket collate "C"`,
  )
  const numberOf = (text: string): number | null => (text === '' ? null : Number(text))
  return rows.map(({ user_id: userId, source, bucket, stored, counted }) => {
    return { userId, source, bucket, stored: numberOf(stored), counted: numberOf(counted) }
  })
}
