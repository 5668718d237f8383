import { readUserIds } from '../../store/progress/completions.js'
import type { ServiceContext } from '../context/context.js'

/** How many users are read or counted in one transaction. */
const userPageSize = 100

/** Yields one user, or all users with stored rows, page by page, in the database's own order. */
export async function* userPages(
  { db, tables }: ServiceContext,
  userId: string | undefined,
  { pageSize = userPageSize, after = '' }: { readonly pageSize?: number; readonly after?: string } = {},
): AsyncGenerator<readonly string[]> {
  if (userId !== undefined) return yield [userId]
  for (let last = after; ; ) {
    const page = await readUserIds(db, tables, { after: last, limit: pageSize })
    if (page.length > 0) yield page
    if (page.length < pageSize) return
    last = page.at(-1)!
    // The embedded database runs in this thread: without a pause, no request or response would move until the last
    // page.
    await new Promise<void>(resolve => setImmediate(resolve))
  }
}
