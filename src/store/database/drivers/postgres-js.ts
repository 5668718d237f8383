import { isConnectionLost } from '../failure.js'
import { inOwnTransaction, openTransaction, singleConnection } from '../savepoint.js'
import type { Query, Session, Transact } from '../session.js'
import { beginning, characteristics, settings } from '../settings.js'
import { raw } from '../sql.js'

type Sender = {
  readonly unsafe: (
    text: string,
    values?: readonly unknown[],
    options?: { readonly prepare?: boolean },
  ) => PromiseLike<readonly unknown[]>
}

// Once a statement failed, postgres.js rolls the transaction back, unless it failed within `savepoint`.
type TransactionSender = Sender & {
  readonly savepoint: <Result>(work: (nested: TransactionSender) => Promise<Result>) => Promise<Result>
}

type Transforms = { readonly [part: string]: { readonly from?: unknown } | undefined }

/** What is used of postgres.js, or of a driver with the same interface, such as Bun's. */
export type PostgresJs = Sender & {
  readonly begin: <Result>(options: string, work: (sql: TransactionSender) => Promise<Result>) => Promise<unknown>
  readonly options?: { readonly max?: number; readonly prepare?: boolean; readonly transform?: Transforms }
}

/** Describes a client with connections of its own. */
export function postgresJs(client: PostgresJs, isKeeping: boolean): Session {
  const { max = 1, prepare = true } = client.options ?? {}
  const keeps = isKeeping && prepare
  const connection = { owner: client, query: querying(client, keeps) }
  const begin: Transact = async (mode, work) => {
    const inOwn = async (sender: TransactionSender) => {
      const tx = within(sender, { isKeeping: keeps, owner: {} })
      if (mode === 'write') await tx.query(raw(settings), false)
      return work(tx, false)
    }
    return (await client.begin(characteristics[mode], sender => inOwn(sender).catch(unlessLost))) as never
  }
  const single = singleConnection(connection, { begin })
  return max === 1
    ? single
    : {
        ...single,
        connectionCount: max,
        mayBeInTransaction: () => false,
        transaction: begin,
        // A statement by itself waits for a free connection for ever, and reserved connections do not survive a lost one.
        alone: () => Promise.resolve(null),
      }
}

/** Describes one reserved connection. */
export function reservedConnection(sender: Sender, isKeeping: boolean): Session {
  const connection = { owner: sender, query: querying(sender, isKeeping) }
  const begin: Transact = (mode, work) => inOwnTransaction(connection, { begin: beginning(mode), work })
  return singleConnection(connection, { begin })
}

/** Describes a transaction that the host began with the driver's own `begin`. */
export function postgresJsTransaction(sender: TransactionSender): Session {
  return within(sender, { isKeeping: false, owner: sender })
}

type Within = { readonly isKeeping: boolean; readonly owner: object }

function within(sender: TransactionSender, { isKeeping, owner }: Within): Session {
  return openTransaction({ owner, query: querying(sender, isKeeping) }, work =>
    sender.savepoint(nested => work(within(nested, { isKeeping, owner: {} }))),
  )
}

/** Tells whether a client renames columns, so that its rows could not be read. */
export function renamesColumns({ options: { transform } = {} }: PostgresJs): boolean {
  return ['column', 'row', 'value'].some(part => transform?.[part]?.from !== undefined)
}

function querying(sender: Sender, isKeeping: boolean): Query {
  return ({ text, values }, isKept) => {
    // Without options, a statement without parameters may be several statements.
    return Promise.resolve(
      values.length === 0 ? sender.unsafe(text) : send(sender, { text, values }, isKept && isKeeping),
    )
  }
}

function send(
  sender: Sender,
  { text, values }: { readonly text: string; readonly values: readonly unknown[] },
  prepare: boolean,
): PromiseLike<readonly unknown[]> {
  return sender.unsafe(text, values, { prepare })
}

/**
 * Leaves a failed postgres.js transaction alone if its connection is gone. The driver rejects it by itself then, but
 * answers our rejection with a ROLLBACK on the dead connection, which is an uncaught error (porsager/postgres 1154).
 */
function unlessLost(error: unknown): Promise<never> {
  return isConnectionLost(error) ? new Promise<never>(() => {}) : Promise.reject(error)
}
