import { run } from './database.js'
import type { Session } from './session.js'
import { raw, type Sql, sql } from './sql.js'

/** How many rows are fetched at once. */
const pageSize = 5_000

let cursorCount = 0

/** Reads what a query selects, page by page, all of it from one moment. Needs a transaction, since it uses a cursor. */
export async function* readPages<Row>(tx: Session, query: Sql): AsyncGenerator<readonly Row[]> {
  const cursor = await openCursor(tx, sql`no scroll`, query)
  yield* pagesOf<Row>(tx, cursor)
  await run(tx, sql`close ${cursor}`)
}

/** Goes twice through what a query selects. Both passes see the same rows, whatever others write. Needs a transaction. */
export async function readTwice<Row>(
  tx: Session,
  query: Sql,
  [first, second]: readonly [(row: Row) => void, (row: Row) => void],
): Promise<void> {
  const cursor = await openCursor(tx, sql`scroll`, query)
  for await (const rows of pagesOf<Row>(tx, cursor)) rows.forEach(first)
  await run(tx, sql`move absolute 0 in ${cursor}`)
  for await (const rows of pagesOf<Row>(tx, cursor)) rows.forEach(second)
  await run(tx, sql`close ${cursor}`)
}

async function openCursor(tx: Session, scroll: Sql, query: Sql): Promise<Sql> {
  cursorCount += 1
  const cursor = raw(`milepost_cursor_${cursorCount}`)
  await run(tx, sql`declare ${cursor} ${scroll} cursor for ${query}`)
  return cursor
}

async function* pagesOf<Row>(tx: Session, cursor: Sql): AsyncGenerator<readonly Row[]> {
  for (let isLast = false; !isLast; ) {
    // One row more than a page, so that we notice the end of exactly one page.
    const rows = await run<Row>(tx, sql`fetch ${raw(String(pageSize + 1))} from ${cursor}`)
    isLast = rows.length <= pageSize
    yield rows
  }
}
