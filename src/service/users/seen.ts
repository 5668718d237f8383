import { type Badge, shownBadges } from '../../core/awards/badge.js'
import { namesOf } from '../../core/awards/decide.js'
import { checkId } from '../../core/users/completion.js'
import { invalid, unreadableInput } from '../../core/values/invalid.js'
import { kindOf } from '../../core/values/metadata.js'
import type { Session } from '../../store/database/session.js'
import { readBadges } from '../../store/progress/holdings.js'
import { insertSightings, readHeldIds, readUnseen } from '../../store/users/sightings.js'
import type { CallOptions, CountingContext, ReadOptions, ServiceContext } from '../context/context.js'
import { lockForWriting, write } from '../recount/write.js'

/** Options for listing a user's unseen badges. */
export type UnseenOptions = ReadOptions & {
  /**
   * Whether to include badges that neither a recording nor a manual award earned: those found by
   * `checkAndAwardMilestones`, `rebuild` or `apply`, imported, or stored by the host. Default: false, because they may
   * be from long ago.
   */
  readonly includeBackfilled?: boolean | undefined
}

/**
 * Marks badges as celebrated. Returns the badges that were held and not yet marked, in the order given; for a
 * repeatable milestone, the ids of its times. @throws INPUT_INVALID
 */
export async function markSeen(
  given: ServiceContext,
  options: CallOptions,
  { userId, badgeIds }: { readonly userId: string; readonly badgeIds: readonly string[] },
): Promise<string[]> {
  checkId('userId', userId)
  checkBadgeIds(badgeIds)
  const { tables, now } = given
  const marked = await write(given, options, async tx => {
    const timesToo = await readHeldIds(tx, tables, { userId, badgeIds })
    if (timesToo.length === 0) return none
    // Without the lock, an erasure that runs at the same moment would not see the new rows.
    const { context } = await lockForWriting(given, tx, [userId])
    const held = heldAmong(context, badgeIds, timesToo)
    const marked = await insertSightings(tx, tables, { userId, badgeIds: held, at: now() })
    return held.filter(id => marked.has(id))
  })
  return [...marked]
}

// The id of a repeatable milestone matches all of its times. The catalog in effect decides which milestones are
// repeatable.
function heldAmong(
  { compiled }: CountingContext,
  badgeIds: readonly string[],
  timesToo: readonly string[],
): readonly string[] {
  const ids = badgeIds.flatMap(asked => timesToo.filter(id => namesOf(compiled.repeatableIds, id).includes(asked)))
  return [...new Set(ids)]
}

const none: readonly string[] = []

/** Lists the badges of a user that were not celebrated yet, sorted by date. */
export async function readUnseenBadges(
  { tables }: ServiceContext,
  db: Session,
  { userId, locale, includeBackfilled = false }: Omit<UnseenOptions, 'db'> & { readonly userId: string },
): Promise<Badge[]> {
  const unseen = await readUnseen(db, tables, { userId, withFound: includeBackfilled })
  if (unseen.size === 0) return []
  const badges = (await readBadges(db, tables, { userIds: [userId], locale })).get(userId)!
  return shownBadges(badges).filter(({ id }) => unseen.has(id))
}

function checkBadgeIds(badgeIds: unknown): void {
  try {
    if (!Array.isArray(badgeIds)) throw invalid('badgeIds', `is ${kindOf(badgeIds)}; pass an array of badge ids`)
    for (const id of badgeIds) checkId('itemKey', id, { field: 'badgeIds' })
  } catch (error) {
    throw unreadableInput(error, 'badgeIds')
  }
}
