import type { Badge } from '../../core/awards/badge.js'
import { mergedIn } from '../../core/users/user-merged.js'
import type { Session } from '../../store/database/session.js'
import type { UserMove } from '../../store/progress/move-user.js'
import { announceAwards, awardsIn } from '../awards/announce-awards.js'
import type { BadgesByUser } from '../awards/award.js'
import { recountPlaces } from '../awards/places.js'
import type { CallOptions, ServiceContext } from '../context/context.js'
import { contextNow } from '../context/counting-context.js'
import { skippingGone } from '../context/user-erased.js'
import { mergeStrays } from './merge-in.js'
import { recountUsers } from './recount.js'
import { userPages } from './user-pages.js'
import { lockForWriting, write } from './write.js'

/** The result of a rebuild. */
export type RebuildReport = { userCount: number; awardedCount: number }

/** Counts what triggers changed of some users since they were last counted, and returns the badges newly held. */
export type CountFollowed = (given: ServiceContext, tx: Session, userIds: readonly string[]) => Promise<BadgesByUser>

type Checked = { readonly userId: string; readonly countFollowed: CountFollowed }

/** Counts one user again and returns the badges newly earned, sorted by date. */
export async function checkUser(context: ServiceContext, options: CallOptions, checked: Checked): Promise<Badge[]> {
  try {
    return await checkOnce(context, options, checked)
  } catch (error) {
    const into = mergedIn(error).get(checked.userId)
    if (into === undefined) throw error
    const taken = await takeStrays(context, options, { from: checked.userId, into }, checked.countFollowed)
    return [...taken, ...(await checkUser(context, options, { ...checked, userId: into }))]
  }
}

function checkOnce(
  context: ServiceContext,
  options: CallOptions,
  { userId, countFollowed }: Checked,
): Promise<Badge[]> {
  return write(context, options, async tx => {
    const followed = (await countFollowed(context, tx, [userId])).get(userId)
    if (followed) return [...followed]
    const awarded = await recountLocked(context, tx, [userId])
    announceAwards(context, tx, awarded)
    return [...awarded.get(userId)!]
  })
}

// What the host stored under a former id belongs to the user who had it.
function takeStrays(
  context: ServiceContext,
  options: CallOptions,
  move: UserMove,
  countFollowed?: CountFollowed,
): Promise<readonly Badge[]> {
  return write(context, options, async tx => {
    const counted: Badge[] = []
    const { awarded } = await mergeStrays(context, tx, move, async userId => {
      counted.push(...((await countFollowed?.(context, tx, [userId]))?.get(userId) ?? []))
    })
    announceAwards(context, tx, awarded)
    return [...counted, ...awarded.get(move.into)!]
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
  if (userId === undefined) await rebuildPlaces(context)
  let userCount = 0
  let awardedCount = 0
  for await (const userIds of userPages(context, userId)) {
    const recount = (ids: readonly string[]): Promise<BadgesByUser> =>
      write(context, {}, async tx => {
        const awarded = await recountPage(context, tx, ids)
        announceAwards(context, tx, awarded)
        return awarded
      }).catch(async error => {
        for (const [from, into] of mergedIn(error)) await takeStrays(context, {}, { from, into })
        throw error
      })
    // If one user was asked for, an erasure is reported as an error.
    const awarded = await (userId === undefined ? skippingGone(userIds, recount) : recount(userIds))
    userCount += awarded.size
    awardedCount += awardsIn(awarded).length
    onProgress(userCount)
  }
  return { userCount, awardedCount }
}

async function rebuildPlaces(given: ServiceContext): Promise<void> {
  const context = await contextNow(given)
  if (context.compiled.limits.size > 0) await write(given, {}, tx => recountPlaces(context, tx))
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
