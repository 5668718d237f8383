import { checkTimeZone } from '../../core/time/time-zone.js'
import { checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import { checkKnownKeys, type KnownKeys, keysOf } from '../../core/values/known-keys.js'
import { columnAt, type FollowedMapping, keyColumnsOf } from '../../store/follow/followed-mapping.js'
import type { FollowedTable } from '../../store/follow/followed-table.js'

/** The columns of a followed table. A column that is left out is found by its usual name. */
export type FollowColumns = {
  /** Default: `user_id` or `userId`. */
  readonly userId?: string
  /** A column, or `{ value }` for one category of all rows. Default: `category`. */
  readonly category?: string | { readonly value: string }
  /** Default: `item_key` or `itemKey`. */
  readonly itemKey?: string
  /** A timestamp, a date, or milliseconds since 1970. Default: `completed_at` or `completedAt`. */
  readonly completedAt?: string
  /** Jsonb, json, or JSON as text. Default: `metadata`, if there is such a column. */
  readonly metadata?: string
}

/** How a table of yours is followed. */
export type FollowOptions = {
  /** As `name` or `schema.name`, each as it is written in the database, so also in mixed case. */
  readonly table: string
  readonly columns?: FollowColumns
  /** The zone (IANA) in which a `timestamp` without time zone or a date is read. Default: UTC. */
  readonly timeZone?: string
  /** Whether rows of category `milestone_badge` are brought as badges. Default: false; they are left out. */
  readonly badges?: boolean
  /**
   * Whether a deleted row undoes its completion. Needs a unique key on user, category and item, because of two equal
   * rows deleting one must not undo anything. Default: false.
   */
  readonly deletes?: boolean
  /** Whether to only return the statements, without running them. */
  readonly dryRun?: boolean
  /** The schema of Milepost's tables. Default: `milepost`. */
  readonly schema?: string
}

// Made at each call, so that a bundle without the call leaves it out.
const columnKeys = (): KnownKeys =>
  keysOf<FollowColumns>({
    userId: true,
    category: true,
    itemKey: true,
    completedAt: true,
    metadata: true,
  })

/** Reads how a table is followed, and finds the columns that were not named. @throws INPUT_INVALID */
export function mappingOf(table: FollowedTable, options: FollowOptions): FollowedMapping {
  const { columns = {}, badges = false, deletes = false, timeZone = 'UTC' } = options
  checkKnownKeys('followTable', columns, columnKeys(), { within: 'columns.' })
  const { category = 'category', metadata } = columns
  if (typeof category === 'object') checkId('category', category?.value, { field: 'columns.category.value' })
  const mapping: FollowedMapping = {
    userId: columns.userId ?? usual(table, 'user_id', 'userId'),
    category,
    itemKey: columns.itemKey ?? usual(table, 'item_key', 'itemKey'),
    completedAt: columns.completedAt ?? usual(table, 'completed_at', 'completedAt'),
    metadata: metadata ?? (table.columns.some(({ name }) => name === 'metadata') ? 'metadata' : null),
    timeZone: checkTimeZone('timeZone', timeZone),
    badges,
    deletes,
  }
  if (deletes) checkKey(table, mapping)
  return mapping
}

function usual({ columns }: FollowedTable, name: string, other: string): string {
  return columns.some(column => column.name === other) && !columns.some(column => column.name === name) ? other : name
}

function checkKey(table: FollowedTable, mapping: FollowedMapping): void {
  const needed = keyColumnsOf(mapping)
  for (const name of needed) columnAt(table, 'userId', name)
  const isKey = (key: readonly string[]): boolean => key.every(name => needed.includes(name))
  if (table.uniqueKeys.some(isKey)) return
  throw invalid(
    'deletes',
    `needs a unique key on ${needed.join(', ')} in ${table.label}: of two equal rows, deleting one would undo the completion`,
  )
}
