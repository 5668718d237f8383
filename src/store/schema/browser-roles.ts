import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, sql } from '../database/sql.js'

/** The roles in which Supabase and other servers over PostgREST let browsers query the database. */
const browserRoles = ['anon', 'authenticated']

/** Lists the tables, sequences and functions of a schema, each as GRANT names it. */
export async function readObjects(db: Session, schema: string): Promise<readonly string[]> {
  const rows = await run<{ object: string }>(
    db,
    sql`select case c.relkind when 'S' then 'SEQUENCE ' else 'TABLE ' end || c.oid::regclass::text as object
      from pg_class as c where c.relnamespace = to_regnamespace(${`"${schema}"`}) and c.relkind in ('r', 'p', 'S')
      union all select 'FUNCTION ' || p.oid::regprocedure::text from pg_proc as p
      where p.pronamespace = to_regnamespace(${`"${schema}"`}) and p.prokind = 'f'
      order by 1`,
  )
  return rows.map(({ object }) => object)
}

/**
 * Takes new objects away from the roles of browsers, where there are such roles: the default privileges of a database
 * may have given them everything, as Supabase's do in `public`. What the host grants later stays.
 */
export async function closeToBrowsers(tx: Session, objects: readonly string[]): Promise<void> {
  const known = await run<{ rolname: string }>(
    tx,
    sql`select quote_ident(rolname) as rolname from pg_roles where rolname in (${browserRoles[0]!}, ${browserRoles[1]!})`,
  )
  const roles = known.map(({ rolname }) => rolname)
  if (roles.length === 0) return
  for (const object of objects) {
    const all = object.startsWith('FUNCTION') ? [...roles, 'PUBLIC'] : roles
    await run(tx, raw(`REVOKE ALL ON ${object} FROM ${all.join(', ')}`))
  }
}
