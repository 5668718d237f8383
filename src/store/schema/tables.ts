import type { PeriodBoards } from '../../core/awards/compile-boards.js'
import { invalid } from '../../core/values/invalid.js'
import { textFault } from '../../core/values/metadata.js'
import { raw, type Sql } from '../database/sql.js'

/** The schema of Milepost's tables. Default if the host does not choose another name. */
export const defaultSchema = 'milepost'

const names = {
  /** Functions, with their version. A later version of the app may call others. */
  recordFunction: 'record_3',
  /** The same for one user, in a cluster. */
  recordUserFunction: 'record_user_1',
  rankPlaceFunction: 'rank_place_1',
  rankUserFunction: 'rank_user_1',
  tendRanksFunction: 'tend_ranks_1',
  badgeStatisticsFunction: 'badge_statistics_1',
  settledFunction: 'settled_1',
  isFoldedFunction: 'is_folded_1',
  moveUserFunction: 'move_user_2',
  renameBadgesFunction: 'rename_badges_1',
  exportUserFunction: 'export_user_1',
  foldUserFunction: 'fold_user_1',
  replaceActorFunction: 'replace_actor_1',
  userProgress: 'user_progress',
  userMetrics: 'user_metrics',
  userStandings: 'user_standings',
  userTimeZones: 'user_time_zones',
  userAttributes: 'user_attributes',
  streakPauses: 'streak_pauses',
  streakFreezes: 'streak_freezes',
  pointsLedger: 'points_ledger',
  pointsLimits: 'points_limits',
  userPeriodPoints: 'user_period_points',
  badgeDecisions: 'badge_decisions',
  auditLog: 'audit_log',
  badgeSightings: 'badge_sightings',
  erasureKeys: 'erasure_keys',
  erasedUsers: 'erased_users',
  catalogVersions: 'catalog_versions',
  apiKeys: 'api_keys',
  idempotencyRecords: 'idempotency_records',
  outbox: 'outbox',
  outboxReaders: 'outbox_readers',
  webhookEndpoints: 'webhook_endpoints',
  webhookDeliveries: 'webhook_deliveries',
  webhookAttempts: 'webhook_attempts',
  follows: 'follows',
  followedChanges: 'followed_changes',
  followRefusals: 'follow_refusals',
  folds: 'folds',
  userFolds: 'user_folds',
  foldedKeys: 'folded_keys',
  retentionRuns: 'retention_runs',
  keptCounts: 'kept_counts',
  rankBoards: 'rank_boards',
  rankChanges: 'rank_changes',
} as const

/**
 * Where rows are stored. `isSpread`: over the nodes of a Citus cluster. Null until the database was asked. `learning`: the
 * question that is under way.
 */
export type Layout = { isSpread: boolean | null; learning?: Promise<void> | undefined }

/** Milepost's tables in one schema, as they are written in statements, and where their rows are stored. */
export type Tables = { readonly [Table in keyof typeof names]: Sql } & {
  readonly layout: Layout
  /** The periods in which points and badges are counted for boards, if the catalog in effect has such boards. */
  readonly periodBoards?: PeriodBoards
}

/** Names Milepost's tables in a schema. @throws INPUT_INVALID if the schema name is not valid */
export function tablesIn(schemaName: string = defaultSchema): Tables {
  const schema = checkSchemaName(schemaName)
  const tables = Object.entries(names).map(([table, name]) => [table, raw(`"${schema}"."${name}"`)])
  return { ...Object.fromEntries(tables), layout: { isSpread: null } } as unknown as Tables
}

/** Refuses an invalid name for a Postgres schema. @throws INPUT_INVALID with the field */
export function checkSchemaName(name: string): string {
  if (typeof name !== 'string' || name === '' || name.length > 63 || name.startsWith('pg_') || name.includes('"')) {
    throw invalid('schema', 'must be 1 to 63 characters, without quotes, not beginning with pg_', String(name))
  }
  const problem = textFault(name)
  if (problem) throw invalid('schema', problem, name)
  return name
}
