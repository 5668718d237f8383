import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { sessionOf } from '../../src/store/database/session-of.js'
import { applyMigrations } from '../../src/store/schema/apply-migrations.js'
import { indexesOf } from '../../src/store/schema/index-migration.js'
import { type Migration, migrationsFor, statementsOf } from '../../src/store/schema/migration-list.js'
import { openTransaction, untilBlocked } from '../races/interleaving.js'
import { openDatabase, type TestDatabase } from '../support/databases.js'
import { connected } from '../support/postgres-database.js'
import { watchTables } from './obstructions.js'

/** The last migration of 0.1.0. Tables of hosts may be large from there on. */
const firstRelease = '0022_cluster'

const byItem: Migration = {
  name: '9001_by_item',
  sql: `-- An index that a later version needs
CREATE INDEX "by_item" ON "milepost"."user_progress" ("item_key") WHERE "category" <> 'x';
--> statement-breakpoint
CREATE UNIQUE INDEX "by_user" ON "milepost"."user_standings" ("user_id", "points");
`,
}
const note: Migration = {
  name: '9002_note',
  sql: 'ALTER TABLE "milepost"."user_standings" ADD COLUMN "note" text;',
}

let database: TestDatabase<'pg'>
beforeAll(async () => {
  database = await openDatabase('pg')
})
afterAll(() => database.close())

async function forgetExtras(): Promise<void> {
  await database.client.query(`DROP INDEX IF EXISTS milepost.by_item, milepost.by_user;
    ALTER TABLE milepost.user_standings DROP COLUMN IF EXISTS note; DELETE FROM milepost.migrations WHERE name > '9'`)
}

const migrateTo = (...extras: readonly Migration[]): Promise<readonly string[]> =>
  applyMigrations(sessionOf(database.client), {
    schema: 'milepost',
    migrations: [...migrationsFor('milepost'), ...extras],
  })

async function openDivided() {
  const divided = await openDatabase('pg', { migrated: false })
  onTestFinished(divided.close)
  const session = sessionOf(divided.client)
  const migrations = migrationsFor('milepost', 3)
  await applyMigrations(session, { schema: 'milepost', migrations, partitions: 3 })
  const migrateDivided = (extra: Migration) =>
    applyMigrations(session, { schema: 'milepost', migrations: [...migrations, extra] })
  return { divided, migrateDivided }
}

const insertRow = async (item: string): Promise<void> => {
  await database.client.query(
    `INSERT INTO milepost.user_progress (user_id, category, item_key) VALUES ('ann', 'c', $1)`,
    [item],
  )
}

const areWhole = async (): Promise<readonly boolean[]> => {
  const rows = await database.rows<{ whole: boolean }>(
    sql`select indisvalid as whole from pg_index where indexrelid::regclass::text in ('milepost.by_item', 'milepost.by_user')`,
  )
  return rows.map(({ whole }) => whole)
}

test('an index is made while a transaction of a host stays open and others write', async () => {
  onTestFinished(forgetExtras)
  const host = await openTransaction(database.db)
  await host.tx.execute(
    sql`insert into milepost.user_progress (user_id, category, item_key) values ('ann', 'c', 'open')`,
  )
  const migrated = migrateTo(byItem)
  await untilBlocked(database)
  await insertRow('meanwhile')
  expect(await areWhole()).toEqual([false])
  await host.commit()
  expect(await migrated).toEqual([byItem.name])
  expect(await areWhole()).toEqual([true, true])
})

test('an index that was left half-made is dropped and made again', async () => {
  onTestFinished(forgetExtras)
  const host = await openTransaction(database.db)
  await host.tx.execute(
    sql`insert into milepost.user_progress (user_id, category, item_key) values ('ann', 'c', 'half')`,
  )
  const migrated = migrateTo(byItem)
  const failed = expect(migrated).rejects.toMatchObject({ code: 'DATABASE_FAILED' })
  await untilBlocked(database)
  await database.client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONCURRENTLY%'`,
  )
  await failed
  await host.rollback()
  expect(await areWhole()).toEqual([false])
  expect(await migrateTo(byItem)).toEqual([byItem.name])
  expect(await areWhole()).toEqual([true, true])
})

test('an index that another process makes whole at this moment is taken as it is', async () => {
  onTestFinished(forgetExtras)
  await migrateTo(byItem)
  await database.client.query(`DELETE FROM milepost.migrations WHERE name > '9'`)
  await database.client.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'milepost.by_item'::regclass`)
  // The last step of CREATE INDEX CONCURRENTLY, which holds no lock of the table any more.
  const other = await openTransaction(database.db)
  await other.tx.execute(sql`update pg_index set indisvalid = true where indexrelid = 'milepost.by_item'::regclass`)
  const migrated = migrateTo(byItem)
  await untilBlocked(database)
  await other.commit()
  expect(await migrated).toEqual([byItem.name])
  expect(await areWhole()).toEqual([true, true])
})

test('of several migrators at once, one makes the index and the others wait for it', async () => {
  onTestFinished(forgetExtras)
  const applied = await Promise.all([1, 2, 3].map(() => migrateTo(byItem, note)))
  expect(applied.flat().sort()).toEqual([byItem.name, note.name])
  expect(await areWhole()).toEqual([true, true])
})

test('in a transaction of the host, everything comes with it', async () => {
  const migrations = [...migrationsFor('milepost'), byItem]
  const host = await openTransaction(database.db)
  expect(await applyMigrations(sessionOf(host.tx as never), { schema: 'milepost', migrations })).toEqual([byItem.name])
  await host.rollback()
  expect(await areWhole()).toEqual([])
})

test('the index of a divided table that another process makes at this moment is waited for', async () => {
  const { divided, migrateDivided } = await openDivided()
  const other = await openTransaction(divided.db)
  await other.tx.execute(sql`create index by_item on only milepost.user_progress (item_key) where category <> 'x'`)
  const migrated = migrateDivided(byItem)
  await untilBlocked(divided)
  await other.commit()
  expect(await migrated).toEqual([byItem.name])
})

test('each partition gets its index, and the divided table has it then', async () => {
  const { divided, migrateDivided } = await openDivided()
  expect(await migrateDivided(byItem)).toEqual([byItem.name])
  const rows = await divided.rows<{ name: string; whole: boolean }>(
    sql`select indexrelid::regclass::text as name, indisvalid as whole from pg_index
      where indexrelid::regclass::text like 'milepost.by_item%' order by 1`,
  )
  expect(rows.map(({ name, whole }) => `${name} ${whole}`)).toEqual([
    'milepost.by_item true',
    ...[0, 1, 2].map(i => `milepost.by_item_${i} true`),
  ])
})

test('a change of a table that a transaction holds lets others write, and is tried again', async () => {
  onTestFinished(forgetExtras)
  await database.client.query(
    `INSERT INTO milepost.user_standings (user_id, counted_with) VALUES ('ann', ''), ('bob', '')`,
  )
  const host = await openTransaction(database.db)
  await host.tx.execute(sql`update milepost.user_standings set points = 1 where user_id = 'ann'`)
  const migrated = migrateTo(note)
  await untilBlocked(database)
  // Waits behind the migration, which gives up for it.
  await database.client.query(`UPDATE milepost.user_standings SET points = 1 WHERE user_id = 'bob'`)
  await untilBlocked(database)
  await host.commit()
  expect(await migrated).toEqual([note.name])
})

test('a migrator that never gets its lock gives up, and leaves nothing', async () => {
  onTestFinished(forgetExtras)
  const host = await openTransaction(database.db)
  await host.tx.execute(sql`select from milepost.user_standings`)
  const migrations = [...migrationsFor('milepost'), note]
  const migrated = applyMigrations(sessionOf(database.client), { schema: 'milepost', migrations, patienceMs: 0 })
  await expect(migrated).rejects.toMatchObject({ code: 'DATABASE_FAILED', details: { sqlState: '55P03' } })
  await host.rollback()
  expect(await migrateTo(note)).toEqual([note.name])
})

test.each([
  ['CREATE INDEX "x" ON "milepost"."user_progress" ("item_key")', 'reads user_progress while it is locked'],
  ['ALTER TABLE "milepost"."user_metrics" ADD CHECK ("value" > -1)', 'reads user_metrics while it is locked'],
  ['ALTER TABLE "milepost"."user_standings" ADD UNIQUE ("user_id")', 'reads user_standings while it is locked'],
  ['ALTER TABLE "milepost"."user_standings" ADD COLUMN "x" uuid DEFAULT gen_random_uuid()', 'rewrites user_standings'],
  ['ALTER TABLE "milepost"."user_metrics" ALTER COLUMN "value" TYPE float8', 'rewrites user_metrics'],
  ['UPDATE "milepost"."user_standings" SET "points" = 0', 'changes rows of user_standings'],
  [
    'ALTER TABLE "milepost"."outbox" ADD COLUMN "x" int; ALTER TABLE "milepost"."audit_log" ADD COLUMN "x" int',
    'locks audit_log and outbox',
  ],
])('%s would hold up writers', async (statement, obstruction) => {
  await connected(database.url, async client => {
    await client.query(
      `BEGIN; INSERT INTO milepost.user_standings (user_id, counted_with, reached_at) VALUES ('cat', '', now())`,
    )
    const watch = await watchTables(client)
    expect(await watch(statement)).toEqual([obstruction])
  })
})

test('no migration since 0.1.0 holds up those who write', async () => {
  const young = await openDatabase('pg', { migrated: false })
  onTestFinished(young.close)
  const migrations = migrationsFor('milepost')
  const released = migrations.findIndex(({ name }) => name === firstRelease) + 1
  await applyMigrations(sessionOf(young.client), { schema: 'milepost', migrations: migrations.slice(0, released) })
  await connected(young.url, async client => {
    await client.query(someRows)
    for (const migration of migrations.slice(released)) {
      await client.query('BEGIN')
      const watch = await watchTables(client)
      // Indexes of tables that are there are made beside writers.
      const statements = indexesOf(migration) ? [] : statementsOf(migration)
      for (const statement of statements) {
        expect({ [migration.name]: await watch(statement) }).toEqual({ [migration.name]: [] })
      }
      await client.query('COMMIT')
    }
  })
})

const someRows = `
  INSERT INTO milepost.user_progress (user_id, category, item_key) VALUES ('ann', 'c', 'i');
  INSERT INTO milepost.user_standings (user_id, counted_with) VALUES ('ann', '');
  INSERT INTO milepost.user_metrics (user_id, metric, value, previous, last_at) VALUES ('ann', 'count:c', 1, 0, now());
  INSERT INTO milepost.points_ledger VALUES ('ann', 'badge', '', 'c', 'i', 0, 1, now(), now());
  INSERT INTO milepost.user_period_points VALUES ('ann', '2026', 1, now());
  INSERT INTO milepost.audit_log (user_id, action, reason, done_at) VALUES ('ann', 'undo', 'r', now());
  INSERT INTO milepost.user_folds VALUES ('ann', 1, now(), 1, '{}', now());
  INSERT INTO milepost.folded_keys VALUES ('ann', 'c', '', 1, '');
  INSERT INTO milepost.outbox (user_id, sequence, type, data, at) VALUES ('ann', 1, 'badge.awarded', '', now())`
