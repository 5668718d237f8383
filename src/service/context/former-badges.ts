import { type Rename, renamed, renamesOf } from '../../core/awards/former-ids.js'
import type { Session } from '../../store/database/session.js'
import { type Holdings, readHoldings } from '../../store/progress/holdings.js'
import { renameBadges, type UserRename } from '../../store/progress/renames.js'
import { userCalendar } from './calendar.js'
import type { CountingContext } from './context.js'
import type { Locked } from './locked.js'

/** What users hold, with the ids of the current catalog, and which badges are stored under former ids. */
export type NamedHoldings = {
  readonly holdings: ReadonlyMap<string, Holdings>
  readonly renames: readonly UserRename[]
}

/**
 * Converts holdings to the badge ids of the catalog that counts them. The holdings must have been read with the
 * calendar.
 */
export function namedToday(context: Counting, holdings: ReadonlyMap<string, Holdings>): NamedHoldings {
  const found = [...holdings].map(([userId, own]) => ({ userId, own, renames: renamesFor(context, own) }))
  if (found.every(({ renames }) => renames.length === 0)) return { holdings, renames: [] }
  return {
    holdings: new Map(found.map(({ userId, own, renames }) => [userId, withNames(own, renames)])),
    renames: found.flatMap(({ userId, renames }) => renames.map(rename => ({ userId, ...rename }))),
  }
}

function withNames(own: Holdings, renames: readonly Rename[]): Holdings {
  if (renames.length === 0) return own
  const namesNow = new Map(renames.map(({ from, to }) => [from, to]))
  const lacking = new Map([...own.lacking].map(([id, lack]) => [namesNow.get(id) ?? id, lack]))
  return { ...renamed(own, renames), lacking }
}

type Counting = Pick<CountingContext, 'compiled' | 'defaultTimeZone'>

function renamesFor(context: Counting, own: Holdings): readonly Rename[] {
  return renamesOf({ ...context.compiled, calendar: () => userCalendar(context, own) }, own)
}

/**
 * Renames the badges of a locked user to the ids of the catalog in effect, if the user was counted with another one.
 */
export async function renameFormer({ context, users, current }: Locked, tx: Session, userId: string): Promise<void> {
  if (users.get(userId)!.countedWith === current) return
  await renameStored(context, tx, userId)
}

async function renameStored(context: CountingContext, tx: Session, userId: string): Promise<void> {
  const { tables } = context
  const holdings = await readHoldings(tx, tables, { userIds: [userId], withCalendar: true })
  await renameBadges(tx, tables, namedToday(context, holdings).renames)
}
