import { sql } from 'drizzle-orm'
import {
  bigint,
  index,
  integer,
  jsonb,
  numeric,
  type PgSchema,
  pgSchema,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import { invalid, type Metadata } from '../core/completion.js'
import { textFault } from '../core/metadata.js'

/** The schema that Milepost's tables live in unless the host names another. */
export const defaultSchema = 'milepost'

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Describes Milepost's tables for Drizzle, in a schema of the host's choosing. They are created by `migrate`. */
export function milepostTables(schemaName: string = defaultSchema) {
  const schema = pgSchema(checkSchemaName(schemaName))
  return {
    userProgress: userProgressIn(schema),
    userMetrics: userMetricsIn(schema),
    userStandings: userStandingsIn(schema),
  }
}

export type Tables = ReturnType<typeof milepostTables>

const userProgressIn = (schema: PgSchema) =>
  schema.table(
    'user_progress',
    {
      userId: text('user_id').notNull(),
      category: text('category').notNull(),
      itemKey: text('item_key').notNull(),
      metadata: jsonb('metadata').$type<Metadata>().notNull().default({}),
      completedAt: at('completed_at').notNull().defaultNow(),
      recordedAt: at('recorded_at').notNull().defaultNow(),
    },
    table => [primaryKey({ name: 'user_progress_once', columns: [table.userId, table.category, table.itemKey] })],
  )

const userMetricsIn = (schema: PgSchema) =>
  schema.table(
    'user_metrics',
    {
      userId: text('user_id').notNull(),
      metric: text('metric').notNull(),
      period: text('period').notNull().default(''),
      value: numeric('value').notNull(),
      previous: numeric('previous').notNull(),
      lastAt: at('last_at').notNull(),
      previousAt: at('previous_at'),
      state: jsonb('state'),
    },
    table => [primaryKey({ name: 'user_metrics_one_value', columns: [table.userId, table.metric, table.period] })],
  )

const userStandingsIn = (schema: PgSchema) =>
  schema.table(
    'user_standings',
    {
      userId: text('user_id').primaryKey(),
      points: bigint('points', { mode: 'number' }).notNull().default(0),
      badgeCount: integer('badge_count').notNull().default(0),
      reachedAt: at('reached_at'),
      sequence: bigint('sequence', { mode: 'number' }).notNull().default(0),
      countedWith: text('counted_with').notNull(),
    },
    table => [
      index('user_standings_by_points')
        .on(table.points.desc(), table.reachedAt, sql`${table.userId} collate "C"`)
        .where(sql`${table.points} > 0`),
    ],
  )

/** Refuses what cannot name a Postgres schema. @throws INPUT_INVALID naming the field */
export function checkSchemaName(name: string): string {
  if (typeof name !== 'string' || name === '' || name.length > 63 || name.startsWith('pg_') || name.includes('"')) {
    throw invalid('schema', 'must be 1 to 63 characters, without quotes, not beginning with pg_', String(name))
  }
  const problem = textFault(name)
  if (problem) throw invalid('schema', problem, name)
  return name
}
