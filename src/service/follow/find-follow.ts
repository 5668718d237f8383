import type { Session } from '../../store/database/session.js'
import { partsOfName } from '../../store/follow/followed-table.js'
import { readFollows, type StoredFollow } from '../../store/follow/follows.js'
import { tablesIn } from '../../store/schema/tables.js'

/** Finds the follow of a table, by its name now or, if it is gone, its last known one. */
export async function findFollow(
  db: Session,
  { table, schema }: { readonly table: string; readonly schema: string },
): Promise<StoredFollow | undefined> {
  const follows = await readFollows(db, tablesIn(schema), schema)
  const name = partsOfName(table).join('.')
  const named = follows.filter(({ label }) => label === name || label === `public.${name}`)
  return named.find(({ tableName }) => tableName !== null) ?? named[0]
}
