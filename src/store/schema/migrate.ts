import { keysOf, readKnown } from '../../core/values/known-keys.js'
import { run } from '../database/database.js'
import type { Database } from '../database/hosts.js'
import type { Session } from '../database/session.js'
import { listenForErrors, sessionOf } from '../database/session-of.js'
import { raw, sql } from '../database/sql.js'
import { applyMigrations } from './apply-migrations.js'
import { checkCluster, distribute } from './distribute.js'
import { groundwork, type Migration, migrationsFor } from './migration-list.js'
import { migrations } from './migrations.generated.js'
import { checkPartitions } from './partitions.js'
import { indexSearch } from './search-indexes.js'
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
  /**
   * Whether to make indexes by which Studio finds users by any part of their id or of an attribute: for more than some
   * 100,000 users. They need the extension pg_trgm, which is created if this role may do so, and cost a little with each
   * new user and attribute. Existing tables are indexed while others write.
   */
  readonly search?: boolean
}

/** Options of `migrationSql`. */
export type MigrationSqlOptions = Pick<MigrateOptions, 'schema' | 'partitions'>

const migrateKeys = keysOf<MigrateOptions>({ schema: true, distribute: true, partitions: true, search: true })
const migrationSqlKeys = keysOf<MigrationSqlOptions>({ schema: true, partitions: true })

/**
 * Creates and updates Milepost's tables. Returns the names of the migrations it applied, or an empty list if all were
 * applied before. You can call it from many processes at once: one migrates, the others wait and find it done.
 * @throws INPUT_INVALID for an invalid schema name, for `distribute` without Citus, for `search` without pg_trgm, or for
 * `partitions` if the table is there already and is divided in another way; DATABASE_FAILED
 */
export async function migrate(db: Database, options: MigrateOptions = {}): Promise<readonly string[]> {
  const given = readKnown('migrate', options, migrateKeys)
  const { schema = defaultSchema, distribute: isDistributing = false, partitions, search = false } = given
  checkSchemaName(schema)
  checkPartitions(partitions, isDistributing)
  const session = sessionOf(db)
  listenForErrors(session)
  if (isDistributing) await checkCluster(session)
  const applied = await applyMigrations(session, { schema, partitions, migrations: migrationsFor(schema, partitions) })
  if (isDistributing) await distribute(session, schema)
  if (search) await indexSearch(session, schema)
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
