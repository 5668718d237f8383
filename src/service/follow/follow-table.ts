import { type KnownKeys, keysOf, readKnown } from '../../core/values/known-keys.js'
import type { Database } from '../../store/database/hosts.js'
import type { Session } from '../../store/database/session.js'
import { sessionOf } from '../../store/database/session-of.js'
import { changingTriggers, sendAll } from '../../store/follow/change-triggers.js'
import { dropFunction, followStatements } from '../../store/follow/follow-sql.js'
import type { FollowedMapping } from '../../store/follow/followed-mapping.js'
import { findFollowedTable } from '../../store/follow/followed-table.js'
import {
  countRows,
  deleteFollow,
  nextFollowId,
  readFollows,
  type StoredFollow,
  writeFollow,
} from '../../store/follow/follows.js'
import { defaultSchema, tablesIn } from '../../store/schema/tables.js'
import { findFollow } from './find-follow.js'
import { type FollowOptions, mappingOf } from './follow-options.js'

/** The result of following a table. */
export type FollowReport = {
  /** `unchanged`: it was followed in the same way before. `changed`: it was followed with other options. */
  status: 'followed' | 'changed' | 'unchanged'
  /** Schema and name. */
  table: string
  /** The statements that were sent or, in a dry run, would be. Empty if nothing changes. */
  statements: string[]
  /** Rows in the table now. `importFollowed` brings those from before the follow. */
  rowCount: number
}

// Made at each call, so that a bundle without the call leaves it out.
const followKeys = (): KnownKeys =>
  keysOf<FollowOptions>({
    table: true,
    columns: true,
    timeZone: true,
    badges: true,
    deletes: true,
    dryRun: true,
    schema: true,
  })

/**
 * Follows a table of your app: a trigger brings each row that is inserted there into Milepost, in the same transaction.
 * Nothing that a trigger meets makes your insert fail. Users are counted by `checkAndAwardMilestones` or
 * `countFollowed`. Rows that are in the table already are imported by `importFollowed`. You can call it again.
 * @throws INPUT_INVALID if the table or a column cannot be followed; DATABASE_FAILED, also if the table stays locked
 * @example
 * await followTable(db, { table: 'public.user_progress' })
 * await milestoneService.importFollowed('public.user_progress')
 */
export async function followTable(db: Database, given: FollowOptions): Promise<FollowReport> {
  const options = readKnown('followTable', given, followKeys())
  const { schema = defaultSchema, dryRun = false } = options
  const tables = tablesIn(schema)
  return changingTriggers(sessionOf(db), { schema, table: options.table }, async tx => {
    const table = await findFollowedTable(tx, { table: options.table, schema })
    const mapping = mappingOf(table, options)
    const follows = await readFollows(tx, tables, schema)
    const earlier = follows.find(({ tableName, label }) => tableName !== null && label === table.label)
    const id = earlier?.id ?? (await nextFollowId(tx, tables))
    const { body, follow } = followStatements({ id, table, mapping, schema })
    const rowCount = await countRows(tx, table.name)
    const isSame =
      earlier?.isEnabled &&
      earlier.body === body &&
      JSON.stringify(sorted(earlier.mapping)) === JSON.stringify(sorted(mapping))
    if (isSame) return { status: 'unchanged', table: table.label, statements: [], rowCount }
    const report = {
      status: earlier ? ('changed' as const) : ('followed' as const),
      table: table.label,
      statements: [...follow],
      rowCount,
    }
    if (dryRun) return report
    for (const gone of follows) {
      if (gone.tableName === null && gone.label === table.label) await forget(tx, { schema, follow: gone })
    }
    await sendAll(tx, follow)
    await writeFollow(tx, tables, { id, table, mapping })
    return report
  })
}

function sorted(mapping: FollowedMapping): readonly (readonly [string, unknown])[] {
  return Object.entries(mapping).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The result of unfollowing a table. */
export type UnfollowReport = { status: 'unfollowed' | 'not-followed' }

/** The table to unfollow. */
export type UnfollowOptions = {
  readonly table: string
  /** The schema of Milepost's tables. Default: `milepost`. */
  readonly schema?: string
}

/** Removes the triggers from a followed table. What they brought stays. The table may be gone by now. */
export async function unfollowTable(db: Database, given: UnfollowOptions): Promise<UnfollowReport> {
  const { table, schema = defaultSchema } = readKnown(
    'unfollowTable',
    given,
    keysOf<UnfollowOptions>({ table: true, schema: true }),
  )
  const session = sessionOf(db)
  return changingTriggers(session, { schema, table }, async tx => {
    const follow = await findFollow(tx, { table, schema })
    if (!follow) return { status: 'not-followed' }
    await forget(tx, { schema, follow })
    return { status: 'unfollowed' }
  })
}

async function forget(tx: Session, { schema, follow }: { schema: string; follow: StoredFollow }): Promise<void> {
  const { id, tableName } = follow
  // Dropping the function with its triggers also finds those of a table that was renamed.
  await sendAll(tx, [tableName === null ? dropFunction({ schema, id }) : `${dropFunction({ schema, id })} CASCADE`])
  await deleteFollow(tx, tablesIn(schema), id)
}
