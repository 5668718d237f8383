import { type SQL, sql } from 'drizzle-orm'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, inject } from 'vitest'
import { migrate } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { isRetryable } from '../../src/store/database/failure.js'
import type { Session } from '../../src/store/database/session.js'
import { sessionOf } from '../../src/store/database/session-of.js'
import { defaultSchema } from '../../src/store/schema/tables.js'
import { type Clients, type HostDatabase, hostDatabase } from '../databases/host-database.js'
import type { DrizzleDatabase } from './drizzle-database.js'
import { borrowPglite } from './embedded.js'
import { clusterUrl, createMigratedDatabase } from './migrated-database.js'
import { createDatabase, type PostgresDatabase } from './postgres-database.js'
import { isLong } from './scale.js'

/** Names a driver, and with it the database behind it. */
export type DatabaseKind = keyof Clients

/** Every driver that Milepost works with, for suites in which the driver matters. */
export const everyDriver = ['pglite', 'pg', 'postgres.js'] as const satisfies readonly DatabaseKind[]

/**
 * The embedded database and a real Postgres. In `npm test` the two drivers of the latter take turns from suite to suite;
 * in the long run each suite has both.
 */
export const everyDatabase = [...everyDriver] as const

/** The drivers to a real Postgres, where several connections are needed. They take turns as those above do. */
export const everyPostgres = ['pg', 'postgres.js'] as const satisfies readonly DatabaseKind[]

/** What a test database contains, and on which server it is created. */
export type DatabaseOptions = {
  /** Whether Milepost's tables are created; they are unless this is false. */
  readonly migrated?: boolean
  /** The schema of Milepost's tables; `milepost` unless given. */
  readonly schema?: string
  /**
   * The server to create the database on, such as `inject('oldestPostgresUrl')`; the run's own or its cluster unless given.
   * `inject('postgresUrl')` is for what a cluster does otherwise.
   */
  readonly server?: string
}

/** Holds a database of one test file, with Milepost's tables in it. */
export type TestDatabase<Kind extends DatabaseKind = DatabaseKind> = {
  readonly kind: Kind
  /** With this a test reads and writes rows itself. */
  readonly db: DrizzleDatabase
  /** What a host works with, over the same client. `MILEPOST_TEST_LIBRARY` chooses its library. */
  readonly host: HostDatabase
  /** What Milepost's store works with on this database. */
  readonly session: Session
  /** Where further processes and pools find the same database; null for PGlite, which no other process may open. */
  readonly url: Kind extends 'pglite' ? null : string
  /** Whether the tables are spread over a Citus cluster. */
  readonly isCluster: boolean
  /** The driver's own pool or client. */
  readonly client: Clients[Kind]
  /** Sends a statement and returns its rows, in the same form for each driver. */
  readonly rows: <Row = Record<string, unknown>>(statement: SQL) => Promise<Row[]>
  /** Deletes the rows of all of Milepost's tables but the migrations. */
  readonly clear: () => Promise<void>
  /** Closes the connections and removes the database. */
  readonly close: () => Promise<void>
}

type Opened = { db: DrizzleDatabase; url: string | null; client: Clients[DatabaseKind]; close: () => Promise<void> }

/** Opens a fresh database through the driver of this kind; with Milepost's tables unless told otherwise. */
export async function openDatabase<Kind extends DatabaseKind>(
  kind: Kind,
  { migrated = true, schema = defaultSchema, server }: DatabaseOptions = {},
): Promise<TestDatabase<Kind>> {
  const isUsual = migrated && schema === defaultSchema
  const isCluster = clusterUrl !== undefined && kind !== 'pglite' && isUsual && server === undefined
  const create = () => (isUsual ? createMigratedDatabase(server) : createDatabase(server ?? inject('postgresUrl')))
  const opened = kind === 'pglite' ? await openEmbedded(isUsual) : await openOnServer(kind, await create())
  const rows = rowsOf(opened.db)
  if (migrated && !isUsual) await migrate(opened.db, { schema })
  // The driver follows from the kind, which the compiler cannot see through the branch above.
  return {
    kind,
    isCluster,
    ...opened,
    host: await hostDatabase({ kind, client: opened.client } as never),
    session: sessionOf(opened.client),
    rows,
    clear: isCluster ? clearingCluster(rows, schema) : clearing(rows, { kind, schema }),
  } as TestDatabase<Kind>
}

/**
 * Describes the same behaviour once for each kind of database: opens one before the first test, deletes its rows before
 * each test and closes it after the last. Read `database.db` inside tests and hooks; before them there is none.
 *
 * @example
 * describeOnEach(everyDatabase, 'record', database => {
 *   test('stores a completion once', async () => { const { db } = database; … })
 * })
 */
export function describeOnEach<Kind extends DatabaseKind>(
  kinds: readonly Kind[],
  name: string,
  fn: (database: TestDatabase<Kind>) => void,
  options: DatabaseOptions = {},
): void {
  describe.each(inTurns(kinds, name).map(kind => ({ kind })))(`${name} on $kind`, ({ kind }) => {
    let opened: TestDatabase<Kind> | undefined
    beforeAll(async () => {
      opened = await openDatabase(kind, options)
    })
    beforeEach(() => opened?.clear())
    afterAll(() => opened?.close())
    fn(
      lazy(kind, () => {
        if (!opened) throw new TypeError('The database is open inside tests and hooks only: read `database.db` there.')
        return opened
      }),
    )
  })
}

function inTurns<Kind extends DatabaseKind>(given: readonly Kind[], name: string): readonly Kind[] {
  // A suite of the embedded database alone stays as it is.
  const onServer = given.filter(kind => kind !== 'pglite')
  const kinds = clusterUrl && onServer.length > 0 ? onServer : given
  const takingTurns: readonly (readonly DatabaseKind[])[] = [everyDatabase, everyPostgres]
  const takeTurns = clusterUrl !== undefined || takingTurns.includes(given)
  if (!takeTurns || !everyPostgres.every(kind => (kinds as readonly DatabaseKind[]).includes(kind)) || isLong)
    return kinds
  const letters = Array.from(name, letter => letter.codePointAt(0)!)
  const leftOut = everyPostgres[letters.reduce((sum, letter) => sum + letter) % 2]
  return kinds.filter(kind => kind !== leftOut)
}

/** Stands for a database that is opened later; its kind is known at once, for `test.skipIf`. */
function lazy<Kind extends DatabaseKind>(kind: Kind, get: () => TestDatabase<Kind>): TestDatabase<Kind> {
  const later = (_: object, key: string | symbol) => (key === 'kind' ? kind : Reflect.get(get(), key))
  return new Proxy({}, { get: later }) as TestDatabase<Kind>
}

async function openEmbedded(isUsual: boolean): Promise<Opened> {
  if (isUsual) return { ...(await borrowPglite()), url: null }
  const { db: client, close } = await openPglite()
  return { db: drizzlePglite({ client }), client, url: null, close }
}

async function openOnServer(kind: Exclude<DatabaseKind, 'pglite'>, { url, drop }: PostgresDatabase): Promise<Opened> {
  const { end, ...connected } = kind === 'pg' ? connectPg(url) : connectPostgresJs(url)
  const close = async (): Promise<void> => {
    await end()
    await drop()
  }
  return { ...connected, url, close }
}

function connectPg(url: string): Omit<Opened, 'close' | 'url'> & { end: () => Promise<void> } {
  const client = new pg.Pool({ connectionString: url, max: 10 })
  // Without a listener, a backend that a test terminates would end the test process.
  client.on('error', () => {})
  return { db: drizzlePg(client), client, end: () => client.end() }
}

function connectPostgresJs(url: string): Omit<Opened, 'close' | 'url'> & { end: () => Promise<void> } {
  const client = postgres(url, { max: 10, onnotice: () => {} })
  return { db: drizzlePostgresJs(client), client, end: () => client.end({ timeout: 5 }) }
}

function rowsOf(db: DrizzleDatabase): TestDatabase['rows'] {
  return async <Row>(statement: SQL) => {
    const result: unknown = await db.execute(statement)
    return (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as Row[]
  }
}

function clearing(
  rows: TestDatabase['rows'],
  { kind, schema }: { kind: DatabaseKind; schema: string },
): TestDatabase['clear'] {
  // The embedded database is lent on as it was made, but for what is temporary.
  const home = kind === 'pglite' ? 'pg_temp' : 'public'
  let statement: SQL | undefined
  return async () => {
    statement ??= await deletionOfAll(rows, { schema, home })
    if (statement) await deleted(rows, statement)
  }
}

// A server of the test before may still write aside when a key was last used, and the two wait for each other.
async function deleted(rows: TestDatabase['rows'], deletion: SQL, triesLeft = 5): Promise<void> {
  try {
    await rows(deletion)
  } catch (error) {
    if (triesLeft === 0 || !isRetryable(error)) throw error
    await deleted(rows, deletion, triesLeft - 1)
  }
}

// A statement for each table: in one, those over all nodes stand in the way of tables that each node has.
function clearingCluster(rows: TestDatabase['rows'], schema: string): () => Promise<void> {
  let names: readonly string[] | undefined
  return async () => {
    names ??= (
      await rows<{ table_name: string }>(sql`SELECT table_name FROM information_schema.tables
        WHERE table_schema = ${schema} AND table_type = 'BASE TABLE' AND table_name <> 'migrations'`)
    ).map(row => row.table_name)
    for (const name of names) await deleted(rows, sql`DELETE FROM ${sql.identifier(schema)}.${sql.identifier(name)}`)
  }
}

/** A function, since that is one round trip, and a connection plans its statements once. */
async function deletionOfAll(
  rows: TestDatabase['rows'],
  { schema, home }: { schema: string; home: string },
): Promise<SQL | undefined> {
  const tables = await rows<{ table_name: string }>(sql`
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = ${schema} AND table_type = 'BASE TABLE' AND table_name <> 'migrations'`)
  if (tables.length === 0) return undefined
  const deletions = tables.map(({ table_name }) => `DELETE FROM "${schema}"."${table_name}";`)
  await rows(
    sql.raw(`CREATE FUNCTION ${home}.delete_all_rows() RETURNS void LANGUAGE plpgsql
      AS $$ BEGIN ${deletions.join(' ')} END $$`),
  )
  return sql.raw(`SELECT ${home}.delete_all_rows()`)
}
