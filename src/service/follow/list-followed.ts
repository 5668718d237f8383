import { keysOf, readKnown } from '../../core/values/known-keys.js'
import type { Database } from '../../store/database/hosts.js'
import { sessionOf } from '../../store/database/session-of.js'
import { readFollowRefusals, readFollows } from '../../store/follow/follows.js'
import { defaultSchema, tablesIn } from '../../store/schema/tables.js'

/** A table that is followed. */
export type FollowedTableReport = {
  /** Schema and name. */
  table: string
  /** `disabled`: a trigger is turned off, or one of two was dropped. `gone`: the table or its triggers were dropped. */
  status: 'followed' | 'disabled' | 'gone'
  badges: boolean
  deletes: boolean
  timeZone: string
  /** Since when it is followed in this way. */
  followedAt: Date
  /** When the rows from before the follow were all imported. Null if they were not yet. */
  importedAt: Date | null
  /** Changes whose users are not counted yet. */
  waitingCount: number
  /** Rows that could not be brought, by problem. They are still in your table. */
  refused: { problem: string; rowCount: number; lastAt: Date }[]
}

/** Options of `listFollowed`. */
export type ListFollowedOptions = {
  /** The schema of Milepost's tables. Default: `milepost`. */
  readonly schema?: string
}

/** Lists the tables that are followed, and what could not be brought. */
export async function listFollowed(db: Database, given: ListFollowedOptions = {}): Promise<FollowedTableReport[]> {
  const { schema = defaultSchema } = readKnown('listFollowed', given, keysOf<ListFollowedOptions>({ schema: true }))
  const session = sessionOf(db)
  const tables = tablesIn(schema)
  const reports: FollowedTableReport[] = []
  for (const follow of await readFollows(session, tables, schema)) {
    const { id, label, tableName, isEnabled, mapping, followedAt, importedAt, waitingCount } = follow
    const { badges, deletes, timeZone } = mapping
    const refused = (await readFollowRefusals(session, tables, id)).map(rows => ({ ...rows }))
    const status = tableName === null ? 'gone' : isEnabled ? 'followed' : 'disabled'
    reports.push({ table: label, status, badges, deletes, timeZone, followedAt, importedAt, waitingCount, refused })
  }
  return reports
}
