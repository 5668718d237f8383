import { textList } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** A badge id of a user and its new id. `isMerged`: the user holds the new badge too, so the former one goes. */
export type UserRename = {
  readonly userId: string
  readonly from: string
  readonly to: string
  readonly isHeld: boolean
  readonly isMerged: boolean
}

/**
 * Renames badges, with their dates, points, decisions and sightings. Needs the users' locks. Events that were already
 * sent, and the audit log, keep the old ids.
 */
export async function renameBadges(
  db: Session,
  { renameBadgesFunction }: Tables,
  renames: readonly UserRename[],
): Promise<void> {
  if (renames.length === 0) return
  const texts = (textOf: (rename: UserRename) => string): string => textList(renames.map(textOf))
  await run(
    db,
    // As a table: Prisma cannot read a column of type void.
    sql`select from ${renameBadgesFunction}(${texts(({ userId }) => userId)}, ${texts(({ from }) => from)},
      ${texts(({ to }) => to)}, ${texts(({ isHeld, isMerged }) => (isMerged ? 'drop' : isHeld ? 'move' : ''))})`,
  )
}
