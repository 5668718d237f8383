import type { PGlite } from '@electric-sql/pglite'
import { drizzle, type PgliteDatabase } from 'drizzle-orm/pglite'
import { migrate } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { partitionsOfRun } from './migrated-database.js'

/** An embedded database that is lent to one test file after the other. */
export type LentPglite = {
  readonly db: PgliteDatabase
  readonly client: PGlite
  /** Gives it back, empty again. One that is not as it was made is closed instead. */
  readonly close: () => Promise<void>
}

type Pglite = { readonly client: PGlite; readonly madeAs: string }

// Test files of one worker share their modules, so what stands here waits for the next file.
const ready: Pglite[] = []

/** Lends an embedded database with Milepost's tables and no rows: one start takes as long as a hundred tests. */
export async function borrowPglite(): Promise<LentPglite> {
  const lent = ready.pop() ?? (await make())
  const { client } = lent
  let returning: Promise<void> | undefined
  const close = (): Promise<void> => {
    returning ??= takeBack(lent)
    return returning
  }
  // A Drizzle database of its own, since Milepost keeps things by it.
  return { db: drizzle({ client }), client, close }
}

async function make(): Promise<Pglite> {
  const { db: client } = await openPglite()
  await migrate(client, partitionsOfRun)
  return { client, madeAs: await stateOf(client) }
}

async function takeBack(lent: Pglite): Promise<void> {
  const isReady = await emptied(lent).catch(() => false)
  if (isReady) ready.push(lent)
  else await lent.client.close()
}

async function emptied({ client, madeAs }: Pglite): Promise<boolean> {
  await client.exec(`DO $$ DECLARE filled text := (
    SELECT string_agg(format('milepost.%I', relname), ', ')
    FROM pg_class WHERE relnamespace = 'milepost'::regnamespace AND relkind = 'r' AND relname <> 'migrations'
      AND pg_relation_size(oid) > 0
  ); BEGIN
    IF filled IS NOT NULL THEN EXECUTE 'TRUNCATE ' || filled || ' RESTART IDENTITY CASCADE'; END IF;
    DROP FUNCTION IF EXISTS pg_temp.delete_all_rows();
  END $$`)
  return (await stateOf(client)) === madeAs
}

/** Reads everything but rows that a test can change: objects of every kind, rights, settings of the session. */
async function stateOf(client: PGlite): Promise<string> {
  const { rows } = await client.query<{ state: string }>(stateQuery)
  return rows[0]!.state
}

const stateQuery = `
  WITH own AS (SELECT oid FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'),
  things (thing) AS (
    SELECT nspname || coalesce(nspacl::text, '') FROM pg_namespace WHERE oid IN (SELECT oid FROM own)
    UNION ALL SELECT format('%s %s %s %s %s', relnamespace::regnamespace, relname, relkind, reloptions, relacl)
      FROM pg_class WHERE relnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT format('%s %s %s %s %s', attrelid::regclass, attname, atttypid, attnotnull, atthasdef)
      FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN (SELECT oid FROM own))
    UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace IN (SELECT oid FROM own)
    UNION ALL SELECT format('%s %s %s', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT format('%s %s', oid::regprocedure, prosrc) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM own)
    UNION ALL SELECT format('%s %s', oid::regtype, typtype) FROM pg_type WHERE typnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT rolname FROM pg_roles
    UNION ALL SELECT format('%s %s', name, setting) FROM pg_settings WHERE name NOT LIKE '%.%'
    UNION ALL SELECT name FROM milepost.migrations
  )
  SELECT md5(string_agg(thing, E'\\n' ORDER BY thing COLLATE "C")) AS state FROM things`
