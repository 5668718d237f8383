import { readUserIds } from '../../store/progress/completions.js'
import type { Tables } from '../../store/schema/tables.js'
import type { ServiceContext } from '../context/context.js'

/** How many users are read or counted in one transaction. */
const userPageSize = 100

/** The same in a cluster, which goes from user to user: the others wait until it is done with all of them. */
const clusterPageSize = 20

/** How many users a cluster lists at once, because it asks all nodes for them. */
const clusterListSize = 1_000

/** Returns how many users to write in one transaction, where one Postgres would take `most`. */
export function usersAtOnce({ layout }: Pick<Tables, 'layout'>, most: number): number {
  return layout.isSpread ? Math.min(most, clusterPageSize) : most
}

/** Yields one user, or all users with stored rows, page by page, in the database's own order. */
export async function* userPages(
  { db, tables }: ServiceContext,
  userId: string | undefined,
  { pageSize = userPageSize, after = '' }: { readonly pageSize?: number; readonly after?: string } = {},
): AsyncGenerator<readonly string[]> {
  if (userId !== undefined) return yield [userId]
  const size = usersAtOnce(tables, pageSize)
  const limit = tables.layout.isSpread ? clusterListSize : pageSize
  for (let last = after; ; ) {
    const page = await readUserIds(db, tables, { after: last, limit })
    for (let start = 0; start < page.length; start += size) yield page.slice(start, start + size)
    if (page.length < limit) return
    last = page.at(-1)!
    // The embedded database runs in this thread: without a pause, no request or response would move until the last
    // page.
    await new Promise<void>(resolve => setImmediate(resolve))
  }
}
