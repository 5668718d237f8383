import type { Badge } from '../../core/awards/badge.js'
import type { Session } from '../../store/database/session.js'
import { announceAwards, awardsIn } from '../awards/announce-awards.js'
import type { BadgesByUser } from '../awards/award.js'
import type { CallOptions, ServiceContext } from '../context/context.js'
import { skippingErased } from '../context/user-erased.js'
import { recountUsers } from './recount.js'
import { userPages } from './user-pages.js'
import { lockForWriting, write } from './write.js'

/** The result of a rebuild. */
export type RebuildReport = { userCount: number; awardedCount: number }

/** Counts what triggers changed of some users since they were last counted, and returns the badges newly held. */
export type CountFollowed = (given: ServiceContext, tx: Session, userIds: readonly string[]) => Promise<BadgesByUser>

/** Counts one user again and returns the badges newly earned, sorted by date. */
export async function checkUser(
  context: ServiceContext,
  options: CallOptions,
  { userId, countFollowed }: { readonly userId: string; readonly countFollowed: CountFollowed },
): Promise<Badge[]> {
  return write(context, options, async tx => {
    const followed = (await countFollowed(context, tx, [userId])).get(userId)
    if (followed) return [...followed]
    const awarded = await recountLocked(context, tx, [userId])
    announceAwards(context, tx, awarded)
    return [...awarded.get(userId)!]
  })
}

/** Counts some users under their locks and returns the badges newly held. */
export type RecountPage = (given: ServiceContext, tx: Session, userIds: readonly string[]) => Promise<BadgesByUser>

/** Counts one user or all users again, one page of users per transaction, while recording continues. */
export async function rebuildUsers(
  context: ServiceContext,
  userId: string | undefined,
  onProgress: (userCount: number) => void = () => {},
  recountPage: RecountPage = recountLocked,
): Promise<RebuildReport> {
  let userCount = 0
  let awardedCount = 0
  for await (const userIds of userPages(context, userId)) {
    const recount = (ids: readonly string[]): Promise<BadgesByUser> =>
      write(context, {}, async tx => {
        const awarded = await recountPage(context, tx, ids)
        announceAwards(context, tx, awarded)
        return awarded
      })
    // If one user was asked for, an erasure is reported as an error.
    const awarded = await (userId === undefined ? skippingErased(userIds, recount) : recount(userIds))
    userCount += awarded.size
    awardedCount += awardsIn(awarded).length
    onProgress(userCount)
  }
  return { userCount, awardedCount }
}

/**
 * Counts users again under their locks. Returns the badges newly held, by user. `isSilent`: whether to keep these
 * badges out of the outbox.
 */
export async function recountLocked(
  given: ServiceContext,
  tx: Session,
  userIds: readonly string[],
  options: { readonly isSilent?: boolean } = {},
): Promise<BadgesByUser> {
  const { context } = await lockForWriting(given, tx, userIds)
  return recountUsers(
    context,
    tx,
    userIds.map(userId => ({ userId, fresh: [] })),
    options,
  )
}
