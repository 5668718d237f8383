import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, sql } from '../database/sql.js'
import { inTransaction } from '../database/transaction.js'
import { lockBudget, patiently } from './brief-locks.js'
import { closeToBrowsers, readObjects } from './browser-roles.js'
import { buildIndex, type IndexStatement, indexesOf } from './index-migration.js'
import { groundwork, type Migration, statementsOf } from './migration-list.js'
import { requirePartitions } from './partitions.js'

/** What to migrate. */
export type Migrating = {
  readonly schema: string
  readonly migrations: readonly Migration[]
  readonly partitions?: number | undefined
  /** How long to try to get the locks of tables. Default: 10 minutes. */
  readonly patienceMs?: number
}

const tenMinutesMs = 600_000

/**
 * Applies the migrations that were not applied yet, and returns their names. New tables come in one transaction. If there
 * are tables already, each migration has a transaction of its own that waits for locks only shortly, and indexes are made
 * beside writers.
 */
export async function applyMigrations(session: Session, migrating: Migrating): Promise<readonly string[]> {
  const until = performance.now() + (migrating.patienceMs ?? tenMinutesMs)
  const applied: string[] = []
  for (let built: string | null = null; ; ) {
    const step = await patiently(until, () => takeStep(session, migrating, built))
    applied.push(...step.applied)
    if (step.isLast) return applied
    if (!step.building) continue
    for (const index of step.building.indexes) await buildIndex(session, { schema: migrating.schema, until }, index)
    built = step.building.name
  }
}

/** What one transaction did. `building`: what must be made outside of a transaction before the next one. */
type Step = {
  readonly applied: readonly string[]
  readonly building?: { readonly name: string; readonly indexes: readonly IndexStatement[] }
  readonly isLast: boolean
}

// `built`: the migration whose indexes were made before this step.
function takeStep(session: Session, migrating: Migrating, built: string | null): Promise<Step> {
  const { schema, migrations, partitions } = migrating
  return inTransaction(session, 'write', async (tx, isCallersTransaction) => {
    // Other migrators wait here, for as long as a migration takes.
    if (!isCallersTransaction)
      await run(tx, sql`select set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)`)
    await run(
      tx,
      sql`select true as is_locked from pg_advisory_xact_lock(hashtextextended(${`milepost migrate ${schema}`}, 0))`,
    )
    const before = await readObjects(tx, schema)
    const names = await appliedNames(tx, schema)
    if (partitions !== undefined && names.size > 0) await requirePartitions(tx, schema, partitions)
    const pending = migrations.filter(({ name }) => !names.has(name))
    const isTogether = isCallersTransaction || session.isEmbedded || names.size === 0
    const [next] = pending
    const indexes = isTogether || !next || next.name === built ? null : indexesOf(next)
    if (next && indexes) return { applied: [], building: { name: next.name, indexes }, isLast: false }
    const now = isTogether ? pending : pending.slice(0, 1)
    const hold = isTogether ? () => Promise.resolve() : lockBudget(tx)
    for (const migration of now) {
      if (migration.name !== built) await applyStatements(tx, migration, hold)
      await note(tx, schema, migration)
    }
    await closeToBrowsers(
      tx,
      (await readObjects(tx, schema)).filter(object => !before.includes(object)),
    )
    return { applied: now.map(({ name }) => name), isLast: now.length === pending.length }
  })
}

// Look first: CREATE SCHEMA IF NOT EXISTS needs a permission on the database even if the schema exists.
async function appliedNames(tx: Session, schema: string): Promise<ReadonlySet<string>> {
  const [createSchema, createTable] = groundwork(schema)
  const found = await run<{ has_schema: boolean; has_table: boolean }>(
    tx,
    sql`select to_regnamespace(${`"${schema}"`}) is not null as has_schema,
      to_regclass(${`"${schema}"."migrations"`}) is not null as has_table`,
  )
  if (!found[0]?.has_schema) await run(tx, raw(createSchema))
  if (!found[0]?.has_table) await run(tx, raw(createTable))
  const rows = await run<{ name: string }>(tx, sql`select name from ${raw(`"${schema}"."migrations"`)}`)
  return new Set(rows.map(({ name }) => name))
}

async function applyStatements(tx: Session, migration: Migration, hold: () => Promise<void>): Promise<void> {
  for (const statement of statementsOf(migration)) {
    await hold()
    await run(tx, raw(statement))
  }
}

async function note(tx: Session, schema: string, { name }: Migration): Promise<void> {
  await run(tx, sql`insert into ${raw(`"${schema}"."migrations"`)} (name) values (${name})`)
}
