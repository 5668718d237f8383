import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  type PgSchema,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'

// Tables for data sent to other systems: the outbox, and webhooks.

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' })

export const outboxIn = (schema: PgSchema) =>
  schema.table(
    'outbox',
    {
      userId: text('user_id').notNull(),
      sequence: bigint('sequence', { mode: 'number' }).notNull(),
      transactionId: xid8('transaction_id').notNull().default(sql`pg_current_xact_id()`),
      position: bigint('position', { mode: 'number' }).generatedAlwaysAsIdentity(),
      type: text('type').$type<'badge.awarded' | 'badge.revoked'>().notNull(),
      data: text('data').notNull(),
      at: at('at').notNull(),
    },
    table => [
      primaryKey({ name: 'outbox_once', columns: [table.userId, table.sequence] }),
      index('outbox_feed').on(table.transactionId, table.position),
      check('outbox_known_type', sql`${table.type} in ('badge.awarded', 'badge.revoked')`),
    ],
  )

export const outboxReadersIn = (schema: PgSchema) =>
  schema.table(
    'outbox_readers',
    {
      id: integer('id').notNull().default(1),
      lastReadAt: at('last_read_at').notNull(),
      forgottenTransaction: xid8('forgotten_transaction').notNull(),
      forgottenPosition: bigint('forgotten_position', { mode: 'number' }).notNull().default(0),
    },
    table => [
      primaryKey({ name: 'outbox_readers_one_row', columns: [table.id] }),
      check('outbox_readers_only_one', sql`${table.id} = 1`),
    ],
  )

export const webhookEndpointsIn = (schema: PgSchema) =>
  schema.table(
    'webhook_endpoints',
    {
      id: text('id').notNull(),
      url: text('url').notNull(),
      eventTypes: jsonb('event_types').$type<readonly string[]>().notNull(),
      secret: text('secret').notNull(),
      previousSecret: text('previous_secret'),
      previousUntil: at('previous_until'),
      isEnabled: boolean('is_enabled').notNull().default(true),
      disabledReason: text('disabled_reason'),
      transactionId: xid8('transaction_id').notNull(),
      position: bigint('position', { mode: 'number' }).notNull().default(0),
      createdAt: at('created_at').notNull(),
      updatedAt: at('updated_at').notNull(),
    },
    table => [primaryKey({ name: 'webhook_endpoints_by_id', columns: [table.id] })],
  )

export const webhookDeliveriesIn = (schema: PgSchema) =>
  schema.table(
    'webhook_deliveries',
    {
      id: text('id').notNull(),
      endpointId: text('endpoint_id').notNull(),
      userId: text('user_id'),
      messageId: text('message_id').notNull(),
      type: text('type').notNull(),
      body: text('body').notNull(),
      status: text('status').$type<'pending' | 'delivered' | 'dead'>().notNull().default('pending'),
      attemptCount: integer('attempt_count').notNull().default(0),
      failureCount: integer('failure_count').notNull().default(0),
      nextAttemptAt: at('next_attempt_at'),
      createdAt: at('created_at').notNull(),
      deliveredAt: at('delivered_at'),
    },
    table => [
      primaryKey({ name: 'webhook_deliveries_by_id', columns: [table.id] }),
      unique('webhook_deliveries_once').on(table.endpointId, table.messageId),
      index('webhook_deliveries_due').on(table.endpointId, table.nextAttemptAt).where(sql`${table.status} = 'pending'`),
      index('webhook_deliveries_newest').on(table.endpointId, table.createdAt.desc(), table.id),
      index('webhook_deliveries_by_user').on(table.userId).where(sql`${table.userId} is not null`),
      check('webhook_deliveries_known_status', sql`${table.status} in ('pending', 'delivered', 'dead')`),
      check(
        'webhook_deliveries_due_while_pending',
        sql`(${table.nextAttemptAt} is null) = (${table.status} <> 'pending')`,
      ),
    ],
  )

export const webhookAttemptsIn = (schema: PgSchema) => {
  const deliveries = webhookDeliveriesIn(schema)
  return schema.table(
    'webhook_attempts',
    {
      deliveryId: text('delivery_id').notNull(),
      number: integer('number').notNull(),
      startedAt: at('started_at').notNull(),
      durationMs: integer('duration_ms'),
      statusCode: integer('status_code'),
      failure: text('failure'),
    },
    table => [
      primaryKey({ name: 'webhook_attempts_one_each', columns: [table.deliveryId, table.number] }),
      foreignKey({
        name: 'webhook_attempts_of_delivery',
        columns: [table.deliveryId],
        foreignColumns: [deliveries.id],
      }).onDelete('cascade'),
    ],
  )
}
