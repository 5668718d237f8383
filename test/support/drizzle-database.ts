import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/** A Drizzle database over any driver, with which a test reads and writes rows itself. */
// biome-ignore lint/suspicious/noExplicitAny: Drizzle's schema parameters are invariant; nothing else accepts every database
export type DrizzleDatabase = PgDatabase<PgQueryResultHKT, any, any>
