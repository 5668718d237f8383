import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, sql } from '../database/sql.js'
import type { MappedColumns } from './followed-mapping.js'

/** A row of a followed table as an import reads it, and its place in the order of the import. */
export type FollowedRow = {
  readonly row: {
    readonly user_id: string | null
    readonly category: string | null
    readonly item_key: string | null
    /** Milliseconds since 1970, or text if it is infinite. */
    readonly completed_at: number | string | null
    readonly metadata: string | null
  }
  readonly place: readonly string[]
}

/**
 * Reads a page of a followed table in order of time, after a place in it. The order needs no unique key: rows in the
 * same place are the same completion, and are always read together.
 */
export async function readFollowedPage(
  db: Session,
  { name, columns }: { readonly name: string; readonly columns: MappedColumns },
  { after, limit }: { readonly after: readonly string[] | null; readonly limit: number },
): Promise<readonly FollowedRow[]> {
  const rest = after
    ? sql`where (at, user_key, category_key, item_key_key) > (${after[0]!}::text::timestamptz, ${after[1]!}::text, ${after[2]!}::text, ${after[3]!}::text)`
    : sql``
  // As JSON, because some drivers cut a byte order mark off a text.
  const rows = await run<{ readonly row: string; readonly place: string }>(
    db,
    sql`select jsonb_build_object('user_id', user_id, 'category', category, 'item_key', item_key,
          'completed_at', floor(date_part('epoch', completed_at) * 1000), 'metadata', metadata)::text as row,
        jsonb_build_array(at::text, user_key, category_key, item_key_key)::text as place
      from (
        select m.*, coalesce(completed_at, 'infinity') as at, coalesce(user_id, '') collate "C" as user_key,
          coalesce(category, '') collate "C" as category_key, coalesce(item_key, '') collate "C" as item_key_key
        from (
          select ${raw(columns.userId)} as user_id, ${raw(columns.category)} as category, ${raw(columns.itemKey)} as item_key,
            ${raw(columns.completedAt)} as completed_at, ${raw(columns.metadataText)} as metadata
          from ${raw(name)} as host_row
        ) as m
      ) as placed ${rest}
      order by at, user_key, category_key, item_key_key fetch first ${raw(String(limit))} rows with ties`,
  )
  return rows.map(({ row, place }) => ({ row: JSON.parse(row), place: JSON.parse(place) }))
}
