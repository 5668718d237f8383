import type { Sql } from './sql.js'

/** `write`: READ COMMITTED with a limited wait for locks. `snapshot`: all reads see the same moment. */
export type TransactionMode = 'write' | 'snapshot'

/**
 * Work inside a transaction. `isCallersTransaction`: whether the caller opened the transaction, and decides whether it commits.
 */
export type Work<Result> = (tx: Session, isCallersTransaction: boolean) => Promise<Result>

/** Runs work in a transaction. */
export type Transact = <Result>(mode: TransactionMode, work: Work<Result>) => Promise<Result>

/** Sends one statement and returns its rows. `isKept`: whether the driver may keep it prepared. */
export type Query = (statement: Sql, isKept: boolean) => Promise<readonly unknown[]>

/** The part of a session that sends statements. */
export type Sending = Pick<Session, 'query'>

/** Everything that is asked of a database, whatever the host reaches it with. */
export type Session = {
  readonly query: Query
  /** Uses a transaction of our own, or a savepoint of the one that the host has begun on this connection. */
  readonly transaction: Transact
  /**
   * Runs work that sends a single statement, as a transaction of its own. Returns null if that is not certain, because the
   * host may have begun a transaction where the statement would run.
   */
  readonly alone: <Result>(work: (session: Sending) => Promise<Result>) => Promise<Result | null>
  /** The host's own pool, connection or transaction. */
  readonly owner: object
  /** Whether it is a transaction, the host's or ours. */
  readonly isTransaction: boolean
  /** Tells whether all statements go through one connection, on which the host may have sent BEGIN itself. */
  readonly mayBeInTransaction: () => boolean
  /** How many connections can be open at once. */
  readonly connectionCount: number
  readonly isEmbedded: boolean
  /** What to do after the commit. Only in a transaction of our own. */
  readonly afterCommit?: (() => void)[]
}

/** One connection: what it is to the host, and how to send statements over it. */
export type Connection = {
  readonly owner: object
  readonly query: Query
  readonly isEmbedded?: boolean
}
