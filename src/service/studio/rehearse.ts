import type { Badge } from '../../core/badge.js'
import type { Database } from '../../store/database.js'
import type { MilestoneService } from '../calls.js'

/** Something that may be done to a user by hand. */
export type Rehearsed =
  | { readonly action: 'award' | 'revoke'; readonly milestoneId: string }
  | { readonly action: 'undo'; readonly category: string; readonly itemKey: string }
  | { readonly action: 'erase' }

/** Where a user stands. */
export type RehearsedPlace = { readonly points: number; readonly level: number; readonly badgeCount: number }

/** What would follow. */
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
 * Does something to a user in a transaction of its own and rolls it back: what it tells is exactly what would follow now. Holds
 * the user's lock meanwhile. @throws as the call itself does
 */
export async function rehearse(
  { service, db }: { readonly service: MilestoneService; readonly db: Database },
  userId: string,
  asked: Rehearsed,
): Promise<Rehearsal> {
  const before = await placeOf(service, userId, db)
  let rehearsal: Rehearsal | undefined
  const rolledBack = new Error('This was a rehearsal.')
  try {
    // Drizzle's own, so that the service sees a caller's transaction and works in a savepoint of it.
    await db.transaction(
      async tx => {
        const done = await perform(service, userId, { asked, db: tx })
        const after = asked.action === 'erase' ? nowhere : await placeOf(service, userId, tx)
        rehearsal = { ...done, before, after }
        throw rolledBack
      },
      { isolationLevel: 'read committed' },
    )
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
      const { status, awarded } = await service.awardBadge(userId, asked.milestoneId, hand, { db })
      return { ...none, status, awarded }
    }
    case 'revoke': {
      const { status, revoked } = await service.revokeBadge(userId, asked.milestoneId, hand, { db })
      return { ...none, status, revoked }
    }
    case 'undo': {
      const { category, itemKey } = asked
      const undone = await service.undo({ userId, category, itemKey }, hand, { db })
      return { ...none, status: undone.status, revoked: undone.status === 'undone' ? undone.revoked : [] }
    }
    case 'erase': {
      const { status, rowCount } = await service.eraseUser(userId, hand, { db })
      return { ...none, status, rowCount }
    }
  }
}
