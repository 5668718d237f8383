import {
  type AwardedBy,
  type AwardedManually,
  type Badge,
  badgeFromRow,
  badgeMetadata,
} from '../../core/awards/badge.js'
import { gainChanges } from '../../core/awards/badge-gains.js'
import type { CompiledMilestone } from '../../core/awards/compile.js'
import { type CompletionPoints, isSameStanding, standingOf } from '../../core/awards/standing.js'
import { badgeCategory } from '../../core/users/completion.js'
import type { Session } from '../../store/database/session.js'
import { insertRows, keyText } from '../../store/progress/completions.js'
import { type Holdings, readBadges } from '../../store/progress/holdings.js'
import type { Gain } from '../../store/progress/ledger.js'
import { badgeSource } from '../../store/progress/net-gains.js'
import type { OutboxChange } from '../../store/progress/outbox.js'
import { countsBadges, replaceBadgeCounts } from '../../store/progress/period-points.js'
import { markCounted, type NewStanding, writeStandings } from '../../store/progress/standings.js'
import type { ServiceContext } from '../context/context.js'
import { markSilent } from './silent-badges.js'

/**
 * A badge that is due. `by`: the completion that earned it when it was recorded, or the manually awarded badge that led
 * to it, if there is one.
 */
export type DueAward = {
  readonly userId: string
  readonly milestone: CompiledMilestone
  readonly at: Date
  readonly by: AwardedBy | AwardedManually | null
}

/** Badges by user. */
export type BadgesByUser = ReadonlyMap<string, readonly Badge[]>

/** What a user holds before the awards, and what the ledger has for it. */
export type HeldBefore = Pick<Holdings, 'badges' | 'badgeGains' | 'standing'> & {
  readonly completionPoints: CompletionPoints
  /** Badges of the user that this transaction removed. */
  readonly revoked?: readonly Badge[] | undefined
}

/** What to store for locked users. */
export type Awarding = {
  readonly due: readonly DueAward[]
  /** By user: users whose standing follows from what they hold. */
  readonly held: ReadonlyMap<string, HeldBefore>
  /** Standings of other users, who only gained the points of completions. */
  readonly standings: readonly NewStanding[]
  /** The points that completions themselves are worth. */
  readonly gains: readonly Gain[]
  /** What the users were counted with, if they were counted again. */
  readonly countedWith: string | null
  /** Whether to send no events about these changes. Users who turned off notifications get none in any case. */
  readonly isSilent?: boolean | undefined
}

/**
 * Stores badges that are due, standings and the ledger. Returns the badges newly held: exactly those that the database
 * accepted.
 */
export async function saveAwards(context: ServiceContext, tx: Session, awarding: Awarding): Promise<BadgesByUser> {
  const { tables, now } = context
  const { due, held, countedWith } = awarding
  const recordedAt = now()
  const rows = due.map(rowOf)
  const inserted = rows.length > 0 ? await insertRows(tx, tables, { rows, recordedAt }) : new Set<string>()
  const awarded = new Map([...held.keys()].map(userId => [userId, [] as Badge[]]))
  for (const row of rows) if (inserted.has(keyText(row))) awarded.get(row.userId)!.push(badgeFromRow(row))
  for (const [userId, badges] of awarded) if (!isNotified(held.get(userId)!)) markSilent(badges)
  const heldNow = await heldAfter(context, tx, { held, awarded, isWhole: inserted.size === rows.length })
  const changes = new Map([...held].map(([userId, before]) => [userId, changesOf(before, awarded.get(userId)!)]))
  const standings = [...heldNow].map(([userId, badges]) => ({
    userId,
    ...standingOf(badges, held.get(userId)!.completionPoints),
    changeCount: changes.get(userId)!.length,
  }))
  const [changed, same] = partition(standings, standing => hasChanged(standing, held.get(standing.userId)!))
  const gains = [...heldNow].flatMap(([userId, badges]) => gainsOf(userId, badges, held.get(userId)!))
  await writeStandings(tx, tables, {
    standings: [...changed, ...awarding.standings],
    gains: [...awarding.gains, ...gains],
    events: awarding.isSilent ? [] : outboxChangesOf(held, changes),
    recordedAt,
    countedWith,
  })
  const recounted = countedWith === null ? changed : standings
  if (countsBadges(tables) && recounted.length > 0) {
    await replaceBadgeCounts(tx, tables, { userIds: recounted.map(({ userId }) => userId), recordedAt })
  }
  // Applying a catalog leaves most users unchanged: for them only the mark that they were counted with it is written.
  if (countedWith !== null && same.length > 0) {
    await markCounted(tx, tables, { userIds: same.map(({ userId }) => userId), countedWith })
  }
  return awarded
}

type Change = { readonly type: 'badge.awarded' | 'badge.revoked'; readonly badge: Badge }

function changesOf({ revoked = [] }: HeldBefore, awarded: readonly Badge[]): readonly Change[] {
  return [
    ...revoked.map(badge => ({ type: 'badge.revoked', badge }) as const),
    ...awarded.map(badge => ({ type: 'badge.awarded', badge }) as const),
  ]
}

function outboxChangesOf(held: Awarding['held'], changes: ReadonlyMap<string, readonly Change[]>): OutboxChange[] {
  return [...changes].flatMap(([userId, own]) =>
    isNotified(held.get(userId)!)
      ? own.map(({ type, badge }, i) => ({
          userId,
          type,
          dataJson: JSON.stringify(badge),
          laterCount: own.length - 1 - i,
        }))
      : [],
  )
}

function hasChanged(now: NewStanding, { standing }: HeldBefore): boolean {
  return now.changeCount > 0 || standing === null || !isSameStanding(now, standing)
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): readonly [Item[], Item[]] {
  const [first, second]: [Item[], Item[]] = [[], []]
  for (const item of items) (isFirst(item) ? first : second).push(item)
  return [first, second]
}

function isNotified({ standing }: HeldBefore): boolean {
  return (standing?.visibility ?? 'on') === 'on'
}

// The changes that the ledger needs: badges that it lacks, including those the host inserted itself, badges no longer
// held, and badges with another date.
function gainsOf(userId: string, badges: readonly Badge[], { badgeGains }: HeldBefore): Gain[] {
  return gainChanges(badges, badgeGains).map(({ id: itemKey, ...gain }) => {
    return { userId, source: badgeSource, period: '', category: badgeCategory, itemKey, ...gain }
  })
}

type After = {
  readonly held: Awarding['held']
  readonly awarded: BadgesByUser
  /** Whether every badge that was due was accepted. */
  readonly isWhole: boolean
}

async function heldAfter(
  { tables }: ServiceContext,
  tx: Session,
  { held, awarded, isWhole }: After,
): Promise<BadgesByUser> {
  // The host has inserted one of these badges in the meantime. Its row stays, so the badges held are read again.
  if (!isWhole) return readBadges(tx, tables, { userIds: [...held.keys()] })
  return new Map([...held].map(([userId, { badges }]) => [userId, [...badges, ...awarded.get(userId)!]]))
}

function rowOf({ userId, milestone, at, by }: DueAward) {
  const metadata = badgeMetadata(milestone.badge, by && sourceOf(by))
  const metadataJson = JSON.stringify(metadata)
  return { userId, category: badgeCategory, itemKey: milestone.milestone.id, metadata, metadataJson, completedAt: at }
}

// `by` may be the whole completion.
function sourceOf(by: AwardedBy | AwardedManually): AwardedBy | AwardedManually {
  return 'badgeByHand' in by ? { badgeByHand: by.badgeByHand } : { category: by.category, itemKey: by.itemKey }
}
