import type { Badge } from '../../core/awards/badge.js'
import type { Database } from '../../store/database/hosts.js'
import type { Session } from '../../store/database/session.js'
import { asDatabase } from '../../store/database/session-of.js'
import { asCallers, inTransaction } from '../../store/database/transaction.js'
import type { MilestoneService } from '../calls.js'
import type { PauseInput } from '../manual/pause-input.js'

/** A manual change to a user that can be rehearsed. */
export type Rehearsed =
  | { readonly action: 'award' | 'revoke'; readonly badgeId: string }
  | { readonly action: 'undo'; readonly category: string; readonly itemKey: string }
  | { readonly action: 'pause'; readonly from: Date | string; readonly until: Date | string }
  | { readonly action: 'unpause'; readonly id: string }
  | { readonly action: 'merge'; readonly into: string }
  | { readonly action: 'erase' }

/** A user's points, level and number of badges. */
export type RehearsedPlace = { readonly points: number; readonly level: number; readonly badgeCount: number }

/** What the change would lead to. */
export type Rehearsal = {
  readonly status: string
  readonly awarded: readonly Badge[]
  readonly revoked: readonly Badge[]
  /** Rows that an erasure would delete. */
  readonly rowCount: number | null
  readonly before: RehearsedPlace
  readonly after: RehearsedPlace
}

const hand = { reason: 'a rehearsal, rolled back' }

/**
 * Makes a change to a user in its own transaction and rolls it back: the result is exactly what the change would lead
 * to now. Holds the user's lock meanwhile. @throws the errors of the call itself
 */
export async function rehearse(
  { service, db }: { readonly service: MilestoneService; readonly db: Session },
  userId: string,
  asked: Rehearsed,
): Promise<Rehearsal> {
  const subject = asked.action === 'merge' ? asked.into : userId
  const before = await placeOf(service, subject, asDatabase(db))
  let rehearsal: Rehearsal | undefined
  const rolledBack = new Error('This was a rehearsal.')
  try {
    // To the service it is a caller's transaction, so it works in a savepoint and notifies nobody.
    await inTransaction(db, 'write', async own => {
      const tx = asDatabase(asCallers(own))
      const done = await perform(service, userId, { asked, db: tx })
      const after = asked.action === 'erase' ? nowhere : await placeOf(service, subject, tx)
      rehearsal = { ...done, before, after }
      throw rolledBack
    })
  } catch (error) {
    if (error !== rolledBack || !rehearsal) throw error
  }
  return rehearsal!
}

const nowhere: RehearsedPlace = { points: 0, level: 1, badgeCount: 0 }

async function placeOf(service: MilestoneService, userId: string, db: Database): Promise<RehearsedPlace> {
  const { totalPoints, level, completedMilestones } = await service.getUserProgress(userId, { db })
  return { points: totalPoints, level, badgeCount: completedMilestones.length }
}

type Performed = Omit<Rehearsal, 'before' | 'after'>
const none = { awarded: [], revoked: [], rowCount: null } as const

async function perform(
  service: MilestoneService,
  userId: string,
  { asked, db }: { readonly asked: Rehearsed; readonly db: Database },
): Promise<Performed> {
  switch (asked.action) {
    case 'award': {
      const { status, awarded } = await service.awardBadge(userId, asked.badgeId, hand, { db })
      return { ...none, status, awarded }
    }
    case 'revoke': {
      const { status, revoked } = await service.revokeBadge(userId, asked.badgeId, hand, { db })
      return { ...none, status, revoked }
    }
    case 'undo': {
      const { category, itemKey } = asked
      const undone = await service.undo({ userId, category, itemKey }, hand, { db })
      return { ...none, status: undone.status, revoked: undone.status === 'undone' ? undone.revoked : [] }
    }
    case 'pause': {
      const { from, until } = asked
      return paused(service, userId, { db, pause: { from, until, ...hand } })
    }
    case 'unpause':
      return unpaused(service, userId, { db, id: asked.id })
    case 'merge': {
      const { status, awarded, revoked } = await service.mergeUsers({ from: userId, into: asked.into }, hand, { db })
      return { ...none, status, awarded, revoked }
    }
    case 'erase': {
      const { status, rowCount } = await service.eraseUser(userId, hand, { db })
      return { ...none, status, rowCount }
    }
  }
}

type PauseCall = { readonly db: Database; readonly pause: PauseInput }

async function paused(service: MilestoneService, userId: string, { db, pause }: PauseCall): Promise<Performed> {
  const known = await service.getStreakPauses(userId, { db })
  const badges = await service.getUserBadges(userId, { db })
  const { id } = await service.pauseStreaks(userId, pause, { db })
  const changed = await changedSince(service, userId, { db, badges })
  return { ...none, ...changed, status: known.some(each => each.id === id) ? 'already-paused' : 'paused' }
}

type UnpauseCall = { readonly db: Database; readonly id: string }

// A rehearsal for one user must not change other users, so only the user's own pauses are looked up.
async function unpaused(service: MilestoneService, userId: string, { db, id }: UnpauseCall): Promise<Performed> {
  const known = await service.getStreakPauses(userId, { db })
  if (!known.some(each => each.id === id)) return { ...none, status: 'not-found' }
  const badges = await service.getUserBadges(userId, { db })
  const { status } = await service.deleteStreakPause(id, hand, { db })
  return { ...none, ...(await changedSince(service, userId, { db, badges })), status }
}

type Earlier = { readonly db: Database; readonly badges: readonly Badge[] }

async function changedSince(
  service: MilestoneService,
  userId: string,
  { db, badges }: Earlier,
): Promise<Pick<Performed, 'awarded' | 'revoked'>> {
  const now = await service.getUserBadges(userId, { db })
  const isIn = (list: readonly Badge[], { id }: Badge): boolean => list.some(other => other.id === id)
  return {
    awarded: now.filter(badge => !isIn(badges, badge)),
    revoked: badges.filter(badge => !isIn(now, badge)),
  }
}
