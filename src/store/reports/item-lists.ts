import { anyOf, dateOf, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** A list of items that the host keeps. */
export type ItemListInfo = {
  list: string
  itemCount: number
  /** The version of the catalog in effect that its items came with. */
  version: number
  setAt: Date
  by: string | null
}

/** Reads the items of lists as they are in a version, by name. Lists that were never set are left out. */
export async function readItemLists(
  db: Session,
  { catalogVersions }: Tables,
  { names, version }: { readonly names: readonly string[]; readonly version: number },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await run<{ list: string; items: string }>(
    db,
    sql`select distinct on (list) list, items::text as items from ${catalogVersions}
      where list = ${anyOf(names)} and version <= ${version}::bigint order by list, version desc`,
  )
  return new Map(rows.map(({ list, items }) => [list, JSON.parse(items)]))
}

/** Lists the lists that have items, by name. */
export async function readListSummaries(db: Session, { catalogVersions }: Tables): Promise<ItemListInfo[]> {
  const rows = await run<{ list: string; item_count: number; version: number; set_at: number; by: string | null }>(
    db,
    sql`select list, item_count, version::int as version, ${msOf(sql`started_at`)} as set_at, applied_by as by
      from (select distinct on (list) list, jsonb_array_length(items) as item_count, version, started_at, applied_by
        from ${catalogVersions} where list is not null order by list, version desc) as latest
      where item_count > 0 order by list collate "C"`,
  )
  return rows.map(({ list, item_count: itemCount, version, set_at, by }) => {
    return { list, itemCount, version, setAt: dateOf(set_at), by }
  })
}
