import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, sql } from '../database/sql.js'
import { inTransaction } from '../database/transaction.js'
import { lockBudget, patiently } from './brief-locks.js'
import { type Migration, statementsOf } from './migration-list.js'

/** One `CREATE INDEX` of a migration. */
export type IndexStatement = {
  readonly name: string
  readonly table: string
  readonly isUnique: boolean
  /** What follows the name of the table. */
  readonly definition: string
}

const creating = /^CREATE (UNIQUE )?INDEX "(\w+)"\s+ON "[^"]+"\."(\w+)"\s+([^;]+);?$/

/**
 * Returns the indexes of a migration that does nothing else, otherwise null. Such a migration can run beside writers, and
 * continue after it was stopped.
 */
export function indexesOf(migration: Migration): readonly IndexStatement[] | null {
  const found = statementsOf(migration).flatMap(statement => {
    const [, unique, name, table, definition] = creating.exec(statement.replaceAll(/^\s*--.*$/gm, '').trim()) ?? []
    return name && table && definition ? [{ name, table, isUnique: unique !== undefined, definition }] : []
  })
  return found.length === statementsOf(migration).length ? found : null
}

/** Where to make an index, and until when to wait for others, as `performance.now()` counts. */
export type IndexPlace = { readonly schema: string; readonly until: number }

/**
 * Makes an index while others read and write the table. One that was left half-made is dropped and made from scratch. Each
 * partition of a divided table gets its own.
 */
export async function buildIndex(session: Session, place: IndexPlace, index: IndexStatement): Promise<void> {
  const parts = await readPartitions(session, place, index)
  if (parts.length === 0) return buildOn(session, place, index)
  await underLock(session, place, index.table, tx =>
    run(tx, raw(`${creation(index, 'IF NOT EXISTS')} ON ONLY ${onTable(place, index)}`)),
  )
  for (const [i, table] of parts.entries()) {
    const own = { ...index, table, name: `${index.name}_${i}` }
    await buildOn(session, place, own)
    await underLock(session, place, index.table, tx =>
      run(tx, raw(`ALTER INDEX ${named(place, index)} ATTACH PARTITION ${named(place, own)}`)),
    )
  }
}

async function buildOn(session: Session, place: IndexPlace, index: IndexStatement): Promise<void> {
  for (;;) {
    const state = await readState(session, place, index)
    if (state === 'whole') return
    if (state === 'half') await dropHalf(session, place, index)
    // Another process that is making it is waited for here, since Postgres makes one index of a table at a time.
    const statement = `${creation(index, 'CONCURRENTLY IF NOT EXISTS')} ON ${onTable(place, index)}`
    await patiently(place.until, () => run(session, raw(statement)))
  }
}

function creation({ isUnique, name }: IndexStatement, how: string): string {
  return `CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX ${how} "${name}"`
}

function onTable({ schema }: IndexPlace, { table, definition }: IndexStatement): string {
  return `"${schema}"."${table}" ${definition}`
}

function named({ schema }: IndexPlace, { name }: IndexStatement): string {
  return `"${schema}"."${name}"`
}

async function readPartitions(
  db: Session,
  { schema }: IndexPlace,
  { table }: IndexStatement,
): Promise<readonly string[]> {
  const parent = `"${schema}"."${table}"`
  const rows = await run<{ name: string }>(
    db,
    sql`select c.relname::text as name from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
      where i.inhparent = to_regclass(${parent}) order by i.inhrelid`,
  )
  return rows.map(({ name }) => name)
}

async function readState(db: Session, place: IndexPlace, index: IndexStatement): Promise<'missing' | 'half' | 'whole'> {
  const [row] = await run<{ is_whole: boolean }>(
    db,
    sql`select indisvalid and indisready as is_whole from pg_index where indexrelid = to_regclass(${named(place, index)})`,
  )
  if (!row) return 'missing'
  return row.is_whole ? 'whole' : 'half'
}

// While another process makes the index, it looks half-made too. The lock waits until nobody does, except for the moment in
// which that process has let go of the table and not committed yet: then the drop fails, and is tried again.
async function dropHalf(session: Session, place: IndexPlace, index: IndexStatement): Promise<void> {
  await underLock(session, place, index.table, async tx => {
    if ((await readState(tx, place, index)) === 'half') await run(tx, raw(`DROP INDEX ${named(place, index)}`))
  })
}

// Of those who make the same index, one at a time holds the lock; writers go on beside it.
async function underLock(
  session: Session,
  { schema, until }: IndexPlace,
  table: string,
  work: (tx: Session) => Promise<unknown>,
): Promise<void> {
  await patiently(until, () =>
    inTransaction(session, 'write', async tx => {
      const hold = lockBudget(tx)
      await hold()
      await run(tx, raw(`LOCK TABLE ONLY "${schema}"."${table}" IN SHARE UPDATE EXCLUSIVE MODE`))
      await hold()
      await work(tx)
    }),
  )
}
