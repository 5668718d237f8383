import { keysOf, readKnown } from '../../core/values/known-keys.js'
import { run } from '../database/database.js'
import type { Database } from '../database/hosts.js'
import type { Session } from '../database/session.js'
import { listenForErrors, sessionOf } from '../database/session-of.js'
import { raw, sql } from '../database/sql.js'
import { inTransaction } from '../database/transaction.js'
import { closeToBrowsers, readObjects } from './browser-roles.js'
import { checkCluster, distribute } from './distribute.js'
import { migrations } from './migrations.generated.js'
import { checkPartitions, partitioned, requirePartitions } from './partitions.js'
import { checkSchemaName, defaultSchema } from './tables.js'

/** Options of `migrate`. */
export type MigrateOptions = {
  readonly schema?: string
  /**
   * Whether to spread the tables over the nodes of a Citus cluster, by user. Needs Citus 13 or newer, and a connection to
   * its coordinator.
   */
  readonly distribute?: boolean
  /**
   * Into how many parts new tables divide `user_progress`, by the hash of the user id: 2 to 1,024. Default: not at all.
   * Only when the tables are created, and not with `distribute`, which divides every table.
   */
  readonly partitions?: number
}

/** Options of `migrationSql`. */
export type MigrationSqlOptions = Pick<MigrateOptions, 'schema' | 'partitions'>

const migrateKeys = keysOf<MigrateOptions>({ schema: true, distribute: true, partitions: true })
const migrationSqlKeys = keysOf<MigrationSqlOptions>({ schema: true, partitions: true })

/** One migration, as it runs in the host's schema. */
export type Migration = { name: string; sql: string }

/**
 * Creates and updates Milepost's tables. Returns the names of the migrations it applied, or an empty list if all were
 * applied before. You can call it from many processes at once: one migrates, the others wait and find it done.
 * @throws INPUT_INVALID for an invalid schema name, for `distribute` without Citus, or for `partitions` if the table is
 * there already and is divided in another way; DATABASE_FAILED
 */
export async function migrate(db: Database, options: MigrateOptions = {}): Promise<readonly string[]> {
  const given = readKnown('migrate', options, migrateKeys)
  const { schema = defaultSchema, distribute: isDistributing = false, partitions } = given
  checkSchemaName(schema)
  checkPartitions(partitions, isDistributing)
  const session = sessionOf(db)
  listenForErrors(session)
  if (isDistributing) await checkCluster(session)
  const applied = await inTransaction(session, 'write', async (tx, isCallersTransaction) => {
    // Other migrators wait here, for as long as a migration takes.
    if (!isCallersTransaction)
      await run(tx, sql`select set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)`)
    await run(
      tx,
      sql`select true as is_locked from pg_advisory_xact_lock(hashtextextended(${`milepost migrate ${schema}`}, 0))`,
    )
    const before = await readObjects(tx, schema)
    const applied = await appliedNames(tx, schema)
    if (partitions !== undefined && applied.size > 0) await requirePartitions(tx, schema, partitions)
    const pending = migrationsFor(schema, partitions).filter(({ name }) => !applied.has(name))
    for (const migration of pending) await apply(tx, schema, migration)
    await closeToBrowsers(
      tx,
      (await readObjects(tx, schema)).filter(object => !before.includes(object)),
    )
    return pending.map(({ name }) => name)
  })
  if (isDistributing) await distribute(session, schema)
  return applied
}

/** Checks whether Milepost's tables were ever created here, in any version. @throws INPUT_INVALID, DATABASE_FAILED */
export async function hasTables(
  db: Session,
  { schema = defaultSchema }: { readonly schema?: string } = {},
): Promise<boolean> {
  checkSchemaName(schema)
  const table = `"${schema}"."migrations"`
  const rows = await run<{ is_there: boolean }>(db, sql`select to_regclass(${table}) is not null as is_there`)
  return rows[0]!.is_there
}

/**
 * Returns the Sql of all migrations, in order, for your own migration tool. `migrate` recognises them afterwards,
 * because the last statement of each stores its name. Send each as a whole: a function in it contains semicolons.
 */
export function migrationSql(options: MigrationSqlOptions = {}): readonly Migration[] {
  const { schema = defaultSchema, partitions } = readKnown('migrationSql', options, migrationSqlKeys)
  checkSchemaName(schema)
  checkPartitions(partitions)
  return migrationsFor(schema, partitions).map(({ name, sql: text }, i) => {
    const note = `INSERT INTO "${schema}"."migrations" ("name") VALUES ('${name}');`
    return { name, sql: [...(i === 0 ? groundwork(schema) : []), text.trim(), note].join('\n') }
  })
}

/** Lists the migrations that were not applied yet, in order, without changing anything. */
export async function pendingMigrations(
  db: Session,
  { schema = defaultSchema }: { readonly schema?: string } = {},
): Promise<readonly string[]> {
  checkSchemaName(schema)
  const table = `"${schema}"."migrations"`
  const [found] = await run<{ has_table: boolean }>(db, sql`select to_regclass(${table}) is not null as has_table`)
  const rows = found?.has_table ? await run<{ name: string }>(db, sql`select name from ${raw(table)}`) : []
  const applied = new Set(rows.map(({ name }) => name))
  return migrations.map(({ name }) => name).filter(name => !applied.has(name))
}

function migrationsFor(schema: string, partitions?: number): readonly Migration[] {
  return migrations.map(({ name, sql: text }, i) => {
    const own = i === 0 && partitions !== undefined ? partitioned(text, partitions) : text
    return { name, sql: own.replaceAll('"milepost"', `"${schema}"`) }
  })
}

function groundwork(schema: string): readonly string[] {
  return [
    `CREATE SCHEMA IF NOT EXISTS "${schema}";`,
    `CREATE TABLE IF NOT EXISTS "${schema}"."migrations" ("name" text PRIMARY KEY, "applied_at" timestamptz NOT NULL DEFAULT now());`,
  ]
}

// Look first: CREATE SCHEMA IF NOT EXISTS needs a permission on the database even if the schema exists.
async function appliedNames(tx: Session, schema: string): Promise<ReadonlySet<string>> {
  const [createSchema, createTable] = groundwork(schema)
  const found = await run<{ has_schema: boolean; has_table: boolean }>(
    tx,
    sql`select to_regnamespace(${`"${schema}"`}) is not null as has_schema,
      to_regclass(${`"${schema}"."migrations"`}) is not null as has_table`,
  )
  if (!found[0]?.has_schema) await run(tx, raw(createSchema!))
  if (!found[0]?.has_table) await run(tx, raw(createTable!))
  const rows = await run<{ name: string }>(tx, sql`select name from ${raw(`"${schema}"."migrations"`)}`)
  return new Set(rows.map(({ name }) => name))
}

async function apply(tx: Session, schema: string, migration: Migration): Promise<void> {
  for (const statement of migration.sql.split('--> statement-breakpoint')) await run(tx, raw(statement))
  const table = raw(`"${schema}"."migrations"`)
  await run(tx, sql`insert into ${table} (name) values (${migration.name})`)
}
