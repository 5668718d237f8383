import type { PeriodBoards } from '../../core/awards/compile-boards.js'
import { invalid } from '../../core/values/invalid.js'
import { textFault } from '../../core/values/metadata.js'
import { raw, type Sql } from '../database/sql.js'

/** The schema of Milepost's tables. Default if the host does not choose another name. */
export const defaultSchema = 'milepost'

// Tables, and functions with their version: a later version of the app may call others.
const names = [
  'record_3',
  'record_user_1',
  'rank_mark_1',
  'rank_place_2',
  'rank_user_1',
  'tend_ranks_2',
  'badge_statistics_1',
  'settled_1',
  'is_folded_1',
  'move_user_2',
  'rename_badges_1',
  'export_user_1',
  'fold_user_1',
  'replace_actor_1',
  'badge_holders_1',
  'count_places_1',
  'free_places_1',
  'user_progress',
  'user_metrics',
  'user_standings',
  'user_time_zones',
  'user_attributes',
  'streak_pauses',
  'streak_freezes',
  'points_ledger',
  'points_limits',
  'user_period_points',
  'badge_decisions',
  'audit_log',
  'badge_sightings',
  'erasure_keys',
  'erased_users',
  'catalog_versions',
  'api_keys',
  'idempotency_records',
  'outbox',
  'outbox_readers',
  'webhook_endpoints',
  'webhook_deliveries',
  'webhook_attempts',
  'follows',
  'followed_changes',
  'follow_refusals',
  'folds',
  'user_folds',
  'folded_keys',
  'badge_places',
  'retention_runs',
  'kept_counts',
  'rank_boards',
  'rank_changes',
] as const

type Name = (typeof names)[number]

// "user_progress" is `userProgress`, and "record_3" is `recordFunction`.
type KeyOf<Text extends string> = Text extends `${infer First}_${infer Rest}`
  ? Rest extends `${number}`
    ? `${First}Function`
    : `${First}${Capitalize<KeyOf<Rest>>}`
  : Text

/**
 * Where rows are stored. `isSpread`: over the nodes of a Citus cluster. Null until the database was asked. `learning`: the
 * question that is under way.
 */
export type Layout = { isSpread: boolean | null; learning?: Promise<void> | undefined }

/** Milepost's tables in one schema, as they are written in statements, and where their rows are stored. */
export type Tables = { readonly [Given in Name as KeyOf<Given>]: Sql } & {
  readonly layout: Layout
  /** The periods in which points and badges are counted for boards, if the catalog in effect has such boards. */
  readonly periodBoards?: PeriodBoards
}

/** Names Milepost's tables in a schema. @throws INPUT_INVALID if the schema name is not valid */
export function tablesIn(schemaName: string = defaultSchema): Tables {
  const schema = checkSchemaName(schemaName)
  const tables = names.map(name => [keyOf(name), raw(`"${schema}"."${name}"`)])
  return { ...Object.fromEntries(tables), layout: { isSpread: null } } as unknown as Tables
}

function keyOf(name: Name): string {
  return name.replace(/_\d+$/, '_function').replaceAll(/_(.)/g, (_, first: string) => first.toUpperCase())
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
