import { invalid } from '../../core/values/invalid.js'
import { run } from '../database/database.js'
import { sqlStateOfFailure } from '../database/failure.js'
import type { Session } from '../database/session.js'
import { raw, sql } from '../database/sql.js'
import { buildIndex } from './index-migration.js'

const notPermitted = '42501'

/** How long to go on if others keep locks on the tables. */
const patienceMs = 600_000

/**
 * Makes the indexes by which users are found by any part of their id or of an attribute, while others read and write. Does
 * nothing if they are there. @throws INPUT_INVALID without the extension pg_trgm, DATABASE_FAILED
 */
export async function indexSearch(session: Session, schema: string): Promise<void> {
  const extension = await trigramSchema(session)
  const indexes = [
    { name: 'user_standings_search', table: 'user_standings', column: 'user_id' },
    { name: 'user_attributes_search', table: 'user_attributes', column: 'value' },
  ]
  for (const { name, table, column } of indexes) {
    const definition = `USING gin ("${column}" "${extension}".gin_trgm_ops)`
    const place = { schema, until: performance.now() + patienceMs }
    await buildIndex(session, place, { name, table, isUnique: false, definition })
  }
}

async function trigramSchema(session: Session): Promise<string> {
  const there = await findTrigrams(session)
  if (there !== undefined) return there
  const [offered] = await run<{ name: string }>(
    session,
    sql`select name::text as name from pg_available_extensions where name = 'pg_trgm'`,
  )
  if (!offered) throw invalid('search', 'needs the extension pg_trgm, which this database does not have')
  try {
    await run(session, raw('create extension if not exists pg_trgm'))
  } catch (error) {
    // Another process may have created it at the same time.
    const made = await findTrigrams(session)
    if (made !== undefined) return made
    if (sqlStateOfFailure(error) !== notPermitted) throw error
    throw invalid('search', 'needs the extension pg_trgm; have an administrator run CREATE EXTENSION pg_trgm')
  }
  return (await findTrigrams(session))!
}

async function findTrigrams(session: Session): Promise<string | undefined> {
  const rows = await run<{ schema: string }>(
    session,
    sql`select n.nspname::text as schema from pg_extension as e join pg_namespace as n on n.oid = e.extnamespace
      where e.extname = 'pg_trgm'`,
  )
  return rows[0]?.schema
}
