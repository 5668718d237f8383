// What people reach a database with, as far as it is used here. The types are structural, so that any version of a
// library fits, for CommonJS and for ESM.

/** A pool of node-postgres, or of a driver with the same interface, such as Neon's or Vercel's. */
export type PgPool = {
  connect(): Promise<unknown>
  query(statement: string): Promise<unknown>
  readonly totalCount: number
}

/** A client of node-postgres, or of a driver with the same interface. */
export type PgClient = {
  query(statement: string): Promise<unknown>
  escapeLiteral(text: string): string
}

/** postgres.js or Bun's SQL: the client itself, a reserved connection, or the `sql` of its `begin`. */
export type PostgresJs = { unsafe(statement: string): PromiseLike<unknown> }

/** PGlite. */
export type Pglite = {
  query(statement: string): Promise<unknown>
  execProtocol(message: Uint8Array): Promise<unknown>
}

/** A transaction of PGlite. */
export type PgliteTransaction = {
  query(statement: string): Promise<unknown>
  exec(statement: string): Promise<unknown>
  rollback(): Promise<void>
}

/** A Drizzle database for Postgres, or a transaction of it. */
export type DrizzleDatabase = {
  execute(statement: string): PromiseLike<unknown>
  transaction(work: never): Promise<unknown>
}

declare const brand: unique symbol

/** A transaction of another library, from {@link fromKysely}, `fromKnex`, `fromPrisma` or `fromTypeOrm`. */
export type HostTransaction = { readonly [brand]: 'transaction' }

/**
 * Anything that reaches your Postgres: a Drizzle database or transaction, a pool or client of `pg`, `postgres`, PGlite,
 * or a transaction of another library from its adapter.
 */
export type Database = DrizzleDatabase | PgPool | PgClient | PostgresJs | Pglite | PgliteTransaction | HostTransaction
