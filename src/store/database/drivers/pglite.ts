import { inside, openTransaction, singleConnection } from '../savepoint.js'
import type { Query, Session, Transact } from '../session.js'

type Sender = { readonly query: (text: string, values?: unknown[]) => Promise<{ readonly rows: readonly unknown[] }> }

/** What is used of PGlite. */
export type Pglite = Sender & {
  readonly transaction: <Result>(work: (tx: Sender) => Promise<Result>) => Promise<Result>
  readonly ready?: boolean
  readonly isInTransaction?: () => boolean
}

/** Describes an embedded database, which has a single connection. */
export function pglite(client: Pglite): Session {
  const connection = { owner: client, query: querying(client), isEmbedded: true }
  const begin: Transact = (_, work) =>
    client.transaction(async tx => {
      await tx.query('set transaction isolation level read committed')
      return work(inside({ owner: tx, query: querying(tx), isEmbedded: true }), false)
    })
  return singleConnection(connection, { begin, mayBeInTransaction: () => !isIdle(client) })
}

/** Describes a transaction that the host began with PGlite's own `transaction`. */
export function pgliteTransaction(tx: Sender): Session {
  return openTransaction({ owner: tx, query: querying(tx), isEmbedded: true })
}

// Until it is ready, nobody has sent anything.
function isIdle(client: Pglite): boolean {
  return client.ready === false || client.isInTransaction?.() === false
}

function querying(sender: Sender): Query {
  return async ({ text, values }) => (await sender.query(text, [...values])).rows
}
