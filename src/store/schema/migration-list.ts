import { migrations } from './migrations.generated.js'
import { partitioned } from './partitions.js'

/** One migration, as it runs in the host's schema. */
export type Migration = { name: string; sql: string }

/** Returns all migrations, in order, for a schema. */
export function migrationsFor(schema: string, partitions?: number): readonly Migration[] {
  return migrations.map(({ name, sql: text }, i) => {
    const own = i === 0 && partitions !== undefined ? partitioned(text, partitions) : text
    return { name, sql: own.replaceAll('"milepost"', `"${schema}"`) }
  })
}

/** Returns the statements of a migration. */
export function statementsOf({ sql: text }: Migration): readonly string[] {
  return text.split('--> statement-breakpoint')
}

/** Returns the statements that come before all migrations: they create the schema, and the table of what was applied. */
export function groundwork(schema: string): readonly [createSchema: string, createTable: string] {
  return [
    `CREATE SCHEMA IF NOT EXISTS "${schema}";`,
    `CREATE TABLE IF NOT EXISTS "${schema}"."migrations" ("name" text PRIMARY KEY, "applied_at" timestamptz NOT NULL DEFAULT now());`,
  ]
}
