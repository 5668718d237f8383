import { inside, openTransaction, singleConnection } from '../savepoint.js'
import type { Query, Session, Transact } from '../session.js'

type Sender = {
  readonly query: (text: string, values?: unknown[], options?: object) => Promise<{ readonly rows: readonly unknown[] }>
}

/** What is used of PGlite. */
export type Pglite = Sender & {
  readonly transaction: <Result>(work: (tx: Sender) => Promise<Result>) => Promise<Result>
  readonly ready?: boolean
  readonly isInTransaction?: () => boolean
}

/** Describes an embedded database, which has a single connection. */
export function pglite(client: Pglite, isKeeping: boolean): Session {
  const connection = { owner: client, query: querying(client, isKeeping), isEmbedded: true }
  const begin: Transact = (_, work) =>
    client.transaction(async tx => {
      await tx.query('set transaction isolation level read committed')
      return work(inside({ owner: tx, query: querying(tx, isKeeping), isEmbedded: true }), false)
    })
  return singleConnection(connection, { begin, mayBeInTransaction: () => !isIdle(client) })
}

/** Describes a transaction that the host began with PGlite's own `transaction`. */
export function pgliteTransaction(tx: Sender): Session {
  return openTransaction({ owner: tx, query: querying(tx, false), isEmbedded: true })
}

// Until it is ready, nobody has sent anything.
function isIdle(client: Pglite): boolean {
  return client.ready === false || client.isInTransaction?.() === false
}

// PGlite passes on options that it does not know. A database that `openPglite` opened looks for this one.
const kept = { milepostKeeps: true }

/** Tells from the options of a statement whether it may stay prepared. */
export function isKept(options: object | undefined): boolean {
  return options !== undefined && 'milepostKeeps' in options
}

function querying(sender: Sender, isKeeping: boolean): Query {
  return async ({ text, values }, mayKeep) =>
    (await sender.query(text, [...values], isKeeping && mayKeep ? kept : undefined)).rows
}
