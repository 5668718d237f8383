import { type AwardedBy, type Badge, badgeFromRow, badgeMetadata } from '../core/badge.js'
import type { Milestone } from '../core/catalog.js'
import { badgeCategory } from '../core/completion.js'
import { standingOf } from '../core/standing.js'
import { insertRows, keyText } from '../store/completions.js'
import type { Database } from '../store/database.js'
import { readBadges } from '../store/holdings.js'
import { writeStandings } from '../store/standings.js'
import type { ServiceContext } from './context.js'

/** A badge that is due. `by`: the completion whose recording brought it, if any did. */
export type DueAward = {
  readonly userId: string
  readonly milestone: Milestone
  readonly at: Date
  readonly by: AwardedBy | null
}

/** Badges by user. */
export type BadgesByUser = ReadonlyMap<string, readonly Badge[]>

/**
 * Stores the badges that are due and the standings of all users given in `held`, under their locks. Returns the badges
 * newly held: exactly those that the database took.
 */
export async function saveAwards(
  { compiled, tables, now }: ServiceContext,
  tx: Database,
  { due, held }: { readonly due: readonly DueAward[]; readonly held: BadgesByUser },
): Promise<BadgesByUser> {
  const rows = due.map(rowOf)
  const inserted = rows.length > 0 ? await insertRows(tx, tables, { rows, recordedAt: now() }) : new Set<string>()
  const awarded = new Map([...held.keys()].map(userId => [userId, [] as Badge[]]))
  for (const row of rows) if (inserted.has(keyText(row))) awarded.get(row.userId)!.push(badgeFromRow(row))
  // The host wrote one of these badges by itself in the meantime: its row stands, so what is held is read again.
  const heldNow = inserted.size < rows.length ? await readBadges(tx, tables, [...held.keys()]) : together(held, awarded)
  const standings = [...heldNow].map(([userId, badges]) => ({
    userId,
    ...standingOf(badges),
    changeCount: awarded.get(userId)!.length,
  }))
  await writeStandings(tx, tables, { standings, countedWith: compiled.fingerprint })
  return awarded
}

function together(held: BadgesByUser, awarded: BadgesByUser): BadgesByUser {
  return new Map([...held].map(([userId, badges]) => [userId, [...badges, ...awarded.get(userId)!]]))
}

function rowOf({ userId, milestone, at, by }: DueAward) {
  const metadata = badgeMetadata(milestone, by && { category: by.category, itemKey: by.itemKey })
  const metadataJson = JSON.stringify(metadata)
  return { userId, category: badgeCategory, itemKey: milestone.id, metadata, metadataJson, completedAt: at }
}
