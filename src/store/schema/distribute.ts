import { invalid } from '../../core/values/invalid.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import { patiently } from './brief-locks.js'

/** The tables whose rows belong to one user each. The first one decides how users are spread over the nodes. */
const userTables = [
  'user_progress',
  'user_metrics',
  'user_standings',
  'user_time_zones',
  'streak_freezes',
  'points_ledger',
  'points_limits',
  'user_period_points',
  'badge_decisions',
  'audit_log',
  'badge_sightings',
  'user_attributes',
  'outbox',
  'followed_changes',
  'user_folds',
  'folded_keys',
  'rank_changes',
] as const

const patienceMs = 60_000

/**
 * Spreads Milepost's tables over the nodes of a Citus cluster: a user's rows lie together, everything else is on each
 * node. Continues where it was stopped. Tables with rows are moved while others read and write them.
 */
export async function distribute(session: Session, schema: string): Promise<readonly string[]> {
  const pending = await undistributed(session, schema)
  // A cluster writes tables that refer to each other one after the other only. What this deletes is then deleted by itself.
  if (pending.includes('webhook_attempts'))
    await run(
      session,
      raw(`alter table "${schema}"."webhook_attempts" drop constraint if exists "webhook_attempts_of_delivery"`),
    )
  for (const table of pending) {
    const name = `"${schema}"."${table}"`
    if (!isUserTable(table))
      await spread(session, schema, { table, by: sql`create_reference_table(${name}::regclass)` })
  }
  for (const table of userTables.filter(each => pending.includes(each))) {
    const name = `"${schema}"."${table}"`
    const colocated = table === userTables[0] ? 'none' : `"${schema}"."${userTables[0]}"`
    const [row] = await run<{ is_empty: boolean }>(
      session,
      sql`select not exists (select from ${raw(name)}) as is_empty`,
    )
    const how = raw(row!.is_empty ? 'create_distributed_table' : 'create_distributed_table_concurrently')
    const by = sql`${how}(${name}::regclass, 'user_id', colocate_with => ${colocated}::text)`
    await spread(session, schema, { table, by })
  }
  // Of two processes, one changes the functions of a node while the other does.
  await patiently(performance.now() + patienceMs, () => distributeFunctions(session, schema))
  // From now on nobody brings these counts up to date.
  await run(session, sql`delete from ${raw(`"${schema}"."rank_boards"`)}`)
  return pending
}

// Another process may do the same at the same time.
async function spread(
  session: Session,
  schema: string,
  { table, by }: { readonly table: string; readonly by: Sql },
): Promise<void> {
  try {
    await run(session, sql`select ${by}`)
  } catch (error) {
    if ((await undistributed(session, schema)).includes(table)) throw error
  }
}

// Those made before the schema knew Citus are missing on the other nodes.
async function distributeFunctions(session: Session, schema: string): Promise<void> {
  const name = `"${schema}"`
  const isOf = sql`from pg_proc as p where p.pronamespace = to_regnamespace(${name}) and p.prorettype <> 'trigger'::regtype`
  await run(
    session,
    sql`select create_distributed_function(p.oid::regprocedure) ${isOf} and p.proname <> 'record_user_1'`,
  )
  await run(
    session,
    sql`select create_distributed_function(p.oid::regprocedure, 'owner', colocate_with => ${`${name}."${userTables[0]}"`}::text)
      ${isOf} and p.proname = 'record_user_1'`,
  )
}

function isUserTable(table: string): boolean {
  return (userTables as readonly string[]).includes(table)
}

/** Refuses to spread tables where there is no Citus that can. @throws INPUT_INVALID */
export async function checkCluster(session: Session): Promise<void> {
  const rows = await run<{ version: string }>(
    session,
    sql`select extversion as version from pg_extension where extname = 'citus'`,
  )
  if (!rows[0]) throw invalid('distribute', 'needs Citus 13 or newer; run CREATE EXTENSION citus first')
  if (Number.parseInt(rows[0].version, 10) < 13)
    throw invalid('distribute', `needs Citus 13 or newer, and this is ${rows[0].version}`)
}

async function undistributed(session: Session, schema: string): Promise<readonly string[]> {
  const rows = await run<{ name: string }>(
    session,
    sql`select c.relname as name from pg_class as c
      where c.relnamespace = to_regnamespace(${`"${schema}"`}) and c.relkind in ('r', 'p')
        and not exists (select from citus_tables as t where t.table_name = c.oid::regclass and t.citus_table_type in ('distributed', 'reference'))
      order by c.oid`,
  )
  return rows.map(({ name }) => name)
}
