import type { BadgeLimits } from '../../core/awards/badge-limits.js'
import { inOrderOfBytes, numericArray, textArray, textList } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** Reads how many users hold badges as it was counted, without waiting for anyone. Null if it was not, or if nobody gets the badge now. */
export function readTaken(db: Session, { badgePlaces }: Tables, limits: BadgeLimits): Promise<PlacesByBadge> {
  return forEach(db, limits, sql`select p.taken from ${badgePlaces} as p where p.badge_id = g.badge_id`)
}

/** Counts the holders of badges, by their ids and former ids. */
export function countHolders(
  db: Session,
  { badgeHoldersFunction }: Tables,
  limits: BadgeLimits,
): Promise<PlacesByBadge> {
  return forEach(db, limits, sql`${badgeHoldersFunction}(ids)`)
}

/**
 * Locks the counters of badges that have free places until the transaction ends, in order of their ids, and returns how
 * many places each badge has left. The users must be locked already.
 */
export function lockFree(db: Session, { freePlacesFunction }: Tables, limits: BadgeLimits): Promise<PlacesByBadge> {
  return forEach(db, limits, sql`${freePlacesFunction}(badge_id, ids, most::bigint)`)
}

/**
 * Counts the holders of badges again, after badges were taken away or brought from elsewhere. `close`: lets nobody get the
 * badges from now on, until it is called with `open`.
 */
export async function recountTaken(
  db: Session,
  { countPlacesFunction }: Tables,
  limits: BadgeLimits,
  way: 'recount' | 'open' | 'close' = 'recount',
): Promise<void> {
  if (limits.size > 0) await forEach(db, limits, sql`${countPlacesFunction}(badge_id, ids, ${way})`)
}

/** Numbers of users, by badge id. */
export type PlacesByBadge = ReadonlyMap<string, number | null>

async function forEach(db: Session, limits: BadgeLimits, value: Sql): Promise<PlacesByBadge> {
  const ids = inOrderOfBytes([...limits.keys()])
  const given = ids.map(id => limits.get(id)!)
  const rows = await run<{ badge_id: string; value: number | null }>(
    db,
    sql`select badge_id, (${value})::float8 as value from unnest(
        ${textArray(ids)}, ${textArray(given.map(({ names }) => textList(names)))}, ${numericArray(given.map(({ limit }) => limit))}
      ) as g (badge_id, ids, most)`,
  )
  return new Map(rows.map(row => [row.badge_id, row.value]))
}

/** Stores how many users hold badges whose counters are locked. */
export async function writeTaken(
  db: Session,
  { badgePlaces }: Tables,
  taken: readonly (readonly [badgeId: string, count: number])[],
): Promise<void> {
  if (taken.length === 0) return
  await run(
    db,
    sql`update ${badgePlaces} as p set taken = g.taken
      from unnest(${textArray(taken.map(([id]) => id))}, ${numericArray(taken.map(([, count]) => count))}) as g (badge_id, taken)
      where p.badge_id = g.badge_id`,
  )
}
