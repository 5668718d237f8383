import { anyOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** Transactions of others that were writing users at one moment. */
export type OpenWriters = {
  /** Named as in `pg_locks.virtualtransaction`. Such a name is never used again. */
  readonly transactions: readonly string[]
  /** That moment. */
  readonly snapshot: string
}

/**
 * Lists the transactions that write users, of all processes. A statement locks the table before it takes its snapshot.
 * So a transaction that has not seen a row committed before this call is in the list.
 */
export async function readOpenWriters(db: Session, tables: Tables): Promise<OpenWriters> {
  if (tables.layout.isSpread) return { snapshot: '', transactions: await readClusterWriters(db, tables) }
  const rows = await run<{ snapshot: string; transactions: string }>(
    db,
    sql`select pg_current_snapshot()::text as snapshot,
      array_to_json(array(${writers(tables)}))::text as transactions`,
  )
  const { snapshot, transactions } = rows[0]!
  return { snapshot, transactions: JSON.parse(transactions) as readonly string[] }
}

/** Checks whether one of these transactions is still open. */
export async function isAnyOpen(db: Session, tables: Tables, { transactions }: OpenWriters): Promise<boolean> {
  if (tables.layout.isSpread) {
    const open = new Set(await readClusterWriters(db, tables))
    return transactions.some(transaction => open.has(transaction))
  }
  const rows = await run(db, sql`${writers(tables)} and virtualtransaction = ${anyOf(transactions)} limit 1`)
  return rows.length > 0
}

// Asks every node, since an app may connect to any of them. The names of a node's transactions begin with its id.
async function readClusterWriters(db: Session, { userStandings }: Tables): Promise<readonly string[]> {
  const command = `select coalesce(json_agg(virtualtransaction), '[]')::text from pg_locks
    where locktype = 'relation' and relation = '${userStandings.text}'::regclass
      and database = (select oid from pg_database where datname = current_database())
      and mode in ('RowShareLock', 'RowExclusiveLock') and granted and pid is distinct from pg_backend_pid()`
  const rows = await run<{ nodeid: number; success: boolean; result: string }>(
    db,
    sql`select nodeid, success, result from run_command_on_all_nodes(${command})`,
  )
  return rows.flatMap(({ nodeid, success, result }) => {
    if (!success) throw new TypeError(`Node ${nodeid} of the cluster did not answer: ${result}`)
    return (JSON.parse(result) as string[]).map(name => `${nodeid}:${name}`)
  })
}

function writers({ userStandings }: Tables) {
  return sql`select virtualtransaction from pg_locks
    where locktype = 'relation' and relation = ${userStandings.text}::text::regclass
      and database = (select oid from pg_database where datname = current_database())
      and mode in ('RowShareLock', 'RowExclusiveLock') and granted and pid is distinct from pg_backend_pid()`
}

/** Lists users whose row was, or may have been, written since a moment, after `after`, in the database's own order. */
export async function readUsersChangedSince(
  db: Session,
  { userStandings, layout }: Tables,
  { snapshot, after, limit }: { readonly snapshot: string; readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  // The nodes of a cluster count transactions each for itself, so all users may have been written.
  if (layout.isSpread) {
    const all = await run<{ user_id: string }>(
      db,
      sql`select user_id from ${userStandings} where user_id > ${after} order by user_id limit ${limit}::int`,
    )
    return all.map(row => row.user_id)
  }
  // `xmin` has the lower 32 bits of a transaction id. The upper bits are the current ones, or one less if that would be
  // in the future.
  const rows = await run<{ user_id: string }>(
    db,
    sql`select user_id from ${userStandings}, (
        select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next,
          pg_snapshot_xmin(${snapshot}::text::pg_snapshot)::text::bigint as since
      ) as ids, lateral (select next - next % 4294967296 + ${userStandings}.xmin::text::bigint as id) as low
      where user_id > ${after} and case when low.id >= next then low.id - 4294967296 else low.id end >= since
      order by user_id limit ${limit}::int`,
  )
  return rows.map(row => row.user_id)
}
