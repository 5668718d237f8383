import { createHash } from 'node:crypto'
import { MilepostError } from '../../../core/values/errors.js'
import { isConnectionLost, isStale } from '../failure.js'
import { inHostsTransaction, inOwnTransaction, inside, singleConnection } from '../savepoint.js'
import type { Connection, Query, Sending, Session, Transact, TransactionMode, Work } from '../session.js'
import { beginning } from '../settings.js'

type PgStatement = {
  readonly text: string
  readonly values?: readonly unknown[]
  readonly name?: string
  readonly types?: TypeParsers
}
type PgResult = { readonly rows: readonly unknown[]; readonly command: string }
type PgSender = { readonly query: (statement: PgStatement | string) => Promise<PgResult> }

/** What is used of a client of node-postgres, or of a driver with the same interface. */
export type PgClient = PgSender & {
  readonly getTransactionStatus?: () => string | null
  readonly on: (event: 'error', listener: () => void) => unknown
  readonly off: (event: 'error', listener: () => void) => unknown
}

/** What is used of a pool of node-postgres, or of a driver with the same interface, such as Neon's and Vercel's. */
export type PgPool = PgSender & {
  readonly connect: () => Promise<PgClient & { readonly release: (broken?: Error) => void }>
  readonly options?: { readonly max?: number }
  readonly listenerCount: (event: string) => number
  readonly on: (event: string, listener: (client: PgClient) => void) => unknown
}

/** Whether statements are still kept prepared. A connection pooler may make that impossible. */
export type Keeping = { isOn: boolean }

/** Describes a pool. Each transaction of ours takes a connection of its own. */
export function pgPool(pool: PgPool, keeping: Keeping): Session {
  return {
    query: querying(pool, keeping, { isRepeatable: true }),
    owner: pool,
    isEmbedded: false,
    isTransaction: false,
    connectionCount: pool.options?.max ?? 1,
    mayBeInTransaction: () => false,
    transaction: (mode, work) => inPooledTransaction(pool, { keeping, mode, work }),
    alone: work => onIdleConnection(pool, { keeping, work }),
  }
}

/** Describes one connection. Nothing is kept prepared on it, because the transaction may be the host's. */
export function pgClient(client: PgClient): Session {
  const connection = { owner: client, query: querying(client, { isOn: false }) }
  const begin: Transact = (mode, work) => inOwnTransaction(connection, { begin: beginning(mode), work })
  // Its own status is not enough: a BEGIN that the host has sent may not be answered yet.
  return singleConnection(connection, { begin })
}

// A statement without parameters goes by the simple protocol, which also takes several statements at once.
function querying(sender: PgSender, keeping: Keeping, { isRepeatable = false } = {}): Query {
  return async (statement, isKept) => {
    const { text, values } = statement
    if (values.length === 0) return (await sender.query({ text, types })).rows
    if (!isKept || !keeping.isOn) return (await sender.query({ text, values, types })).rows
    try {
      return (await sender.query({ text, values, types, name: nameOf(text) })).rows
    } catch (error) {
      if (!isStale(error)) throw error
      // A pooler gave the connection to somebody else in between. Inside a transaction, the whole transaction is retried.
      keeping.isOn = false
      if (!isRepeatable) throw error
      return (await sender.query({ text, values, types })).rows
    }
  }
}

type TypeParsers = { readonly getTypeParser: (typeId: number) => (text: string) => unknown }

// Whatever parsers the host has set, numbers and booleans come as such, and everything else as text.
const types: TypeParsers = { getTypeParser: typeId => parsers.get(typeId) ?? asText }
const asText = (text: string): string => text
const parsers = new Map<number, (text: string) => unknown>([
  [16, text => text === 't'],
  ...[21, 23, 26, 700, 701].map(typeId => [typeId, Number] as const),
])

const names = new Map<string, string>()

// The same text has the same name in all processes, so that behind a pooler a name never means another statement.
function nameOf(text: string): string {
  const name = names.get(text) ?? `milepost_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
  names.set(text, name)
  return name
}

type PooledWork<Result> = {
  readonly keeping: Keeping
  readonly mode: TransactionMode
  readonly work: Work<Result>
}

// We begin the transaction ourselves: if a backend dies in between, its client emits an error, which would end the
// process without a listener.
async function inPooledTransaction<Result>(pool: PgPool, { keeping, mode, work }: PooledWork<Result>): Promise<Result> {
  const client = await pool.connect()
  client.on('error', ignore)
  const connection = { owner: client, query: querying(client, keeping) }
  const end: Ending = {}
  try {
    const joined = isHosts(pool, client) ? await inHostsTransaction(connection, work) : null
    return joined ? joined.result : await begun(client, { connection, mode, work, end })
  } finally {
    client.off('error', ignore)
    client.release(end.broken)
  }
}

type Alone<Result> = {
  readonly keeping: Keeping
  readonly work: (session: Sending) => Promise<Result>
}

async function onIdleConnection<Result>(pool: PgPool, { keeping, work }: Alone<Result>): Promise<Result | null> {
  if (pool.options?.max === 1) return null
  const client = await pool.connect()
  client.on('error', ignore)
  const end: Ending = {}
  try {
    if ((client.getTransactionStatus?.() ?? 'I') !== 'I') return null
    return await work({ query: querying(client, keeping, { isRepeatable: true }) })
  } catch (error) {
    if (isConnectionLost(error)) end.broken = error as Error
    throw error
  } finally {
    client.off('error', ignore)
    client.release(end.broken)
  }
}

/** `broken`: why the pool must not use the connection again. */
type Ending = { broken?: Error }

type Begun<Result> = Omit<PooledWork<Result>, 'keeping'> & { readonly connection: Connection; readonly end: Ending }

async function begun<Result>(client: PgClient, { connection, mode, work, end }: Begun<Result>): Promise<Result> {
  try {
    await client.query(beginning(mode))
    const result = await work(inside(connection), false)
    await commit(client)
    return result
  } catch (error) {
    const broken = await rollback(client)
    if (broken) end.broken = broken
    throw error
  }
}

// With a pool of one connection, the host can send BEGIN with one query and COMMIT with a later one.
function isHosts({ options }: PgPool, client: PgClient): boolean {
  return options?.max === 1 && client.getTransactionStatus?.() !== 'I'
}

// Postgres answers COMMIT of a failed transaction with ROLLBACK, and no error.
async function commit(client: PgClient): Promise<void> {
  const { command } = await client.query('commit')
  if (command !== 'COMMIT') throw new MilepostError('DATABASE_FAILED', `COMMIT was answered with ${command}`)
}

async function rollback(client: PgClient): Promise<Error | undefined> {
  try {
    await client.query('rollback')
    return undefined
  } catch (error) {
    // The connection is gone, and its transaction with it.
    return error instanceof Error ? error : new Error(String(error))
  }
}

function ignore(): void {}
