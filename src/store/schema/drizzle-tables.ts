import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  numeric,
  type PgSchema,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { Visibility } from '../../core/users/visibility.js'
import type { Metadata } from '../../core/values/metadata.js'
import {
  outboxIn,
  outboxReadersIn,
  webhookAttemptsIn,
  webhookDeliveriesIn,
  webhookEndpointsIn,
} from './outgoing-tables.js'
import { checkSchemaName, defaultSchema } from './tables.js'

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Describes Milepost's tables for Drizzle, in a schema of your choice. `migrate` creates them. */
export function milepostTables(schemaName: string = defaultSchema) {
  const schema = pgSchema(checkSchemaName(schemaName))
  return {
    userProgress: userProgressIn(schema),
    userMetrics: userMetricsIn(schema),
    userStandings: userStandingsIn(schema),
    userTimeZones: userTimeZonesIn(schema),
    userAttributes: userAttributesIn(schema),
    streakPauses: streakPausesIn(schema),
    streakFreezes: streakFreezesIn(schema),
    pointsLedger: pointsLedgerIn(schema),
    userPeriodPoints: userPeriodPointsIn(schema),
    badgeDecisions: badgeDecisionsIn(schema),
    auditLog: auditLogIn(schema),
    badgeSightings: badgeSightingsIn(schema),
    erasureKeys: erasureKeysIn(schema),
    erasedUsers: erasedUsersIn(schema),
    catalogVersions: catalogVersionsIn(schema),
    apiKeys: apiKeysIn(schema),
    idempotencyRecords: idempotencyRecordsIn(schema),
    outbox: outboxIn(schema),
    outboxReaders: outboxReadersIn(schema),
    webhookEndpoints: webhookEndpointsIn(schema),
    webhookDeliveries: webhookDeliveriesIn(schema),
    webhookAttempts: webhookAttemptsIn(schema),
  }
}

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
    table => [
      primaryKey({ name: 'user_progress_once', columns: [table.userId, table.category, table.itemKey] }),
      index('user_progress_badges_by_date')
        .on(table.completedAt, sql`${table.userId} collate "C"`, sql`${table.itemKey} collate "C"`)
        .where(sql`${table.category} = 'milestone_badge'`),
    ],
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
      fold: text('fold').notNull().default('sum'),
      ranked: numeric('ranked'),
      reachedAt: at('reached_at'),
    },
    table => [
      primaryKey({ name: 'user_metrics_one_value', columns: [table.userId, table.period, table.metric] }),
      check('user_metrics_fold_known', sql`${table.fold} in ('sum', 'maximum', 'minimum', 'stepped')`),
      index('user_metrics_ranked')
        .on(table.metric, table.period, table.ranked.desc(), table.reachedAt, sql`${table.userId} collate "C"`)
        .where(sql`${table.ranked} is not null`),
    ],
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
      completionPoints: bigint('completion_points', { mode: 'number' }).notNull().default(0),
      completionPointsAt: at('completion_points_at'),
      visibility: text('visibility').$type<Visibility>().notNull().default('on'),
      zoneChangeDay: date('zone_change_day', { mode: 'string' }),
      zoneChangeCount: integer('zone_change_count').notNull().default(0),
      hasUndone: boolean('has_undone').notNull().default(false),
      mergedInto: text('merged_into'),
    },
    table => [
      index('user_standings_by_points')
        .on(table.points.desc(), table.reachedAt, sql`${table.userId} collate "C"`)
        .where(sql`${table.points} > 0 and ${table.visibility} <> 'off'`),
      index('user_standings_off').on(table.userId).where(sql`${table.visibility} = 'off'`),
      index('user_standings_merged').on(table.mergedInto).where(sql`${table.mergedInto} is not null`),
      check('user_standings_visibility_known', sql`${table.visibility} in ('on', 'quiet', 'off')`),
    ],
  )

const userTimeZonesIn = (schema: PgSchema) =>
  schema.table(
    'user_time_zones',
    {
      userId: text('user_id').notNull(),
      since: at('since').notNull(),
      zone: text('zone'),
      dayStartsAt: text('day_starts_at'),
    },
    table => [primaryKey({ name: 'user_time_zones_one_at_a_time', columns: [table.userId, table.since] })],
  )

const userAttributesIn = (schema: PgSchema) =>
  schema.table(
    'user_attributes',
    {
      userId: text('user_id').notNull(),
      name: text('name').notNull(),
      value: text('value').notNull(),
    },
    table => [
      primaryKey({ name: 'user_attributes_one_each', columns: [table.userId, table.name] }),
      index('user_attributes_by_value').on(table.name, table.value, table.userId),
    ],
  )

const streakPausesIn = (schema: PgSchema) =>
  schema.table(
    'streak_pauses',
    {
      userId: text('user_id').notNull(),
      fromAt: at('from_at').notNull(),
      untilAt: at('until_at').notNull(),
      reason: text('reason').notNull(),
      recordedAt: at('recorded_at').notNull(),
      id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
      inDays: boolean('in_days').notNull().default(false),
      pausedBy: text('paused_by'),
      deletedAt: at('deleted_at'),
    },
    table => [
      uniqueIndex('streak_pauses_once')
        .on(table.userId, table.fromAt, table.untilAt, table.inDays)
        .where(sql`${table.deletedAt} is null`),
      index('streak_pauses_by_user').on(table.userId),
      check('streak_pauses_not_empty', sql`${table.fromAt} < ${table.untilAt}`),
    ],
  )

const streakFreezesIn = (schema: PgSchema) =>
  schema.table(
    'streak_freezes',
    {
      userId: text('user_id').notNull(),
      key: text('key').notNull(),
      grantedAt: at('granted_at').notNull(),
    },
    table => [primaryKey({ name: 'streak_freezes_once', columns: [table.userId, table.key] })],
  )

const pointsLedgerIn = (schema: PgSchema) =>
  schema.table(
    'points_ledger',
    {
      userId: text('user_id').notNull(),
      source: text('source').notNull(),
      period: text('period').notNull(),
      category: text('category').notNull(),
      itemKey: text('item_key').notNull(),
      entry: integer('entry').notNull(),
      points: bigint('points', { mode: 'number' }).notNull(),
      at: at('at').notNull(),
      recordedAt: at('recorded_at').notNull(),
      offered: bigint('offered', { mode: 'number' }),
      cap: bigint('cap', { mode: 'number' }),
      terms: jsonb('terms').$type<Metadata>(),
      pointsBefore: bigint('points_before', { mode: 'number' }),
      currency: text('currency'),
      reason: text('reason'),
    },
    table => [
      primaryKey({
        name: 'points_ledger_once',
        columns: [table.userId, table.source, table.period, table.category, table.itemKey, table.entry],
      }),
      index('points_ledger_losses').on(table.userId, table.pointsBefore).where(sql`${table.pointsBefore} is not null`),
      index('points_ledger_coins').on(table.userId, table.recordedAt.desc()).where(sql`${table.currency} is not null`),
    ],
  )

const userPeriodPointsIn = (schema: PgSchema) =>
  schema.table(
    'user_period_points',
    {
      userId: text('user_id').notNull(),
      period: text('period').notNull(),
      points: bigint('points', { mode: 'number' }).notNull(),
      reachedAt: at('reached_at'),
    },
    table => [
      primaryKey({ name: 'user_period_points_one_row', columns: [table.userId, table.period] }),
      index('user_period_points_by_points')
        .on(table.period, table.points.desc(), table.reachedAt, sql`${table.userId} collate "C"`)
        .where(sql`${table.points} > 0`),
    ],
  )

const badgeDecisionsIn = (schema: PgSchema) =>
  schema.table(
    'badge_decisions',
    {
      userId: text('user_id').notNull(),
      badgeId: text('badge_id').notNull(),
      decision: text('decision').$type<'awarded' | 'revoked'>().notNull(),
      reason: text('reason').notNull(),
      decidedBy: text('decided_by'),
      decidedAt: at('decided_at').notNull(),
    },
    table => [
      primaryKey({ name: 'badge_decisions_one_each', columns: [table.userId, table.badgeId] }),
      index('badge_decisions_by_decider').on(table.decidedBy).where(sql`${table.decidedBy} is not null`),
      check('badge_decisions_known', sql`${table.decision} in ('awarded', 'revoked')`),
    ],
  )

const auditLogIn = (schema: PgSchema) =>
  schema.table(
    'audit_log',
    {
      userId: text('user_id').notNull(),
      id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity(),
      action: text('action').notNull(),
      reason: text('reason').notNull(),
      doneBy: text('done_by'),
      doneAt: at('done_at').notNull(),
      details: jsonb('details').$type<Metadata>().notNull().default({}),
    },
    table => [
      primaryKey({ name: 'audit_log_one_entry', columns: [table.userId, table.id] }),
      index('audit_log_newest').on(table.id),
      index('audit_log_by_doer').on(table.doneBy).where(sql`${table.doneBy} is not null`),
    ],
  )

const badgeSightingsIn = (schema: PgSchema) =>
  schema.table(
    'badge_sightings',
    {
      userId: text('user_id').notNull(),
      badgeId: text('badge_id').notNull(),
      seenAt: at('seen_at').notNull(),
    },
    table => [primaryKey({ name: 'badge_sightings_once', columns: [table.userId, table.badgeId] })],
  )

const erasureKeysIn = (schema: PgSchema) =>
  schema.table(
    'erasure_keys',
    {
      id: integer('id').notNull().default(1),
      key: text('key').notNull(),
      innerPad: text('inner_pad').notNull(),
      outerPad: text('outer_pad').notNull(),
    },
    table => [
      primaryKey({ name: 'erasure_keys_one_row', columns: [table.id] }),
      check('erasure_keys_only_one', sql`${table.id} = 1`),
    ],
  )

const erasedUsersIn = (schema: PgSchema) =>
  schema.table(
    'erased_users',
    { userHash: text('user_hash').notNull(), erasedAt: at('erased_at').notNull() },
    table => [primaryKey({ name: 'erased_users_once', columns: [table.userHash] })],
  )

const catalogVersionsIn = (schema: PgSchema) =>
  schema.table(
    'catalog_versions',
    {
      version: bigint('version', { mode: 'number' }).notNull(),
      hash: text('hash').notNull(),
      catalog: jsonb('catalog').$type<Metadata>().notNull(),
      policy: text('policy').$type<'keep' | 'recompute' | 'reprice'>().notNull(),
      appliedBy: text('applied_by'),
      reason: text('reason'),
      startedAt: at('started_at').notNull(),
      appliedAt: at('applied_at'),
      resumeAfter: text('resume_after'),
      userCount: bigint('user_count', { mode: 'number' }).notNull().default(0),
      list: text('list'),
      items: jsonb('items').$type<readonly string[]>(),
    },
    table => [
      primaryKey({ name: 'catalog_versions_in_order', columns: [table.version] }),
      check('catalog_versions_known_policy', sql`${table.policy} in ('keep', 'recompute', 'reprice')`),
    ],
  )

const apiKeysIn = (schema: PgSchema) =>
  schema.table(
    'api_keys',
    {
      id: text('id').notNull(),
      name: text('name').notNull(),
      scopes: text('scopes').array().notNull(),
      secretHash: text('secret_hash'),
      previousHash: text('previous_hash'),
      previousUntil: at('previous_until'),
      createdAt: at('created_at').notNull(),
      expiresAt: at('expires_at'),
      lastUsedAt: at('last_used_at'),
      revokedAt: at('revoked_at'),
    },
    table => [
      primaryKey({ name: 'api_keys_one_each', columns: [table.id] }),
      uniqueIndex('api_keys_by_secret').on(table.secretHash).where(sql`${table.secretHash} is not null`),
      uniqueIndex('api_keys_by_previous_secret').on(table.previousHash).where(sql`${table.previousHash} is not null`),
      check(
        'api_keys_scopes_known',
        sql`${table.scopes} <@ array['record', 'read', 'award', 'admin'] and ${table.scopes} <> '{}'`,
      ),
      check(
        'api_keys_revoked_for_good',
        sql`${table.revokedAt} is null or (${table.secretHash} is null and ${table.previousHash} is null)`,
      ),
    ],
  )

const idempotencyRecordsIn = (schema: PgSchema) =>
  schema.table(
    'idempotency_records',
    {
      keyHash: text('key_hash').notNull(),
      callerHash: text('caller_hash').notNull().default(''),
      fingerprint: text('fingerprint').notNull(),
      lease: text('lease').notNull(),
      leaseUntil: at('lease_until').notNull(),
      expiresAt: at('expires_at').notNull(),
      status: integer('status'),
      answer: text('answer'),
    },
    table => [
      primaryKey({ name: 'idempotency_records_once', columns: [table.keyHash] }),
      index('idempotency_records_by_end').on(table.expiresAt),
      index('idempotency_records_by_caller').on(table.callerHash, table.expiresAt),
      check('idempotency_records_answered_whole', sql`(${table.status} is null) = (${table.answer} is null)`),
    ],
  )
