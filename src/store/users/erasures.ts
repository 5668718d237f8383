import { instant, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { join, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** The key of the tombstones, and the HMAC pads made from it, in hex. */
export type ErasureKey = { readonly key: string; readonly innerPad: string; readonly outerPad: string }

/** Stores a key unless there is one: the first one stays forever. */
export async function keepErasureKey(db: Session, { erasureKeys }: Tables, made: ErasureKey): Promise<void> {
  await run(
    db,
    sql`insert into ${erasureKeys} (key, inner_pad, outer_pad) values (${made.key}, ${made.innerPad}, ${made.outerPad})
      on conflict do nothing`,
  )
}

/** Checks whether any user was ever erased. */
export async function hasErasureKey(db: Session, { erasureKeys }: Tables): Promise<boolean> {
  return (await run(db, sql`select from ${erasureKeys} limit 1`)).length > 0
}

/** Returns which of these users were erased. */
export async function readErased(
  db: Session,
  { erasureKeys, erasedUsers }: Tables,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await run<{ user_id: string }>(
    db,
    sql`select given.user_id from unnest(${textArray(userIds)}) as given (user_id) cross join ${erasureKeys} as k
      join ${erasedUsers} as e on e.user_hash = ${hashOf(sql`given.user_id`)}`,
  )
  return new Set(rows.map(row => row.user_id))
}

/** Returns the keyed hash of an erased user's id. Needs the key. */
export async function readUserHash(db: Session, { erasureKeys }: Tables, userId: string): Promise<string> {
  const rows = await run<{ user_hash: string }>(
    db,
    sql`select ${hashOf(sql`${userId}::text`)} as user_hash from ${erasureKeys} as k`,
  )
  return rows[0]!.user_hash
}

// HMAC-SHA256 (RFC 2104) over the bytes of the id: in Sql, so that one statement checks a whole batch.
function hashOf(userId: Sql): Sql {
  return sql`encode(sha256(decode(k.outer_pad, 'hex') || sha256(decode(k.inner_pad, 'hex')
    || convert_to(${userId}, 'UTF8'))), 'hex')`
}

/** Stores the tombstone of a user. Returns whether it is new. */
export async function insertTombstone(
  db: Session,
  { erasedUsers }: Tables,
  { userHash, at }: { readonly userHash: string; readonly at: Date },
): Promise<boolean> {
  const rows = await run(
    db,
    sql`insert into ${erasedUsers} (user_hash, erased_at) values (${userHash}, ${instant(at)})
      on conflict do nothing returning 1`,
  )
  return rows.length > 0
}

/** Deletes the tombstone of a user. Returns its hash, or null if there is none. */
export async function deleteTombstone(
  db: Session,
  { erasureKeys, erasedUsers }: Tables,
  userId: string,
): Promise<string | null> {
  const rows = await run<{ user_hash: string }>(
    db,
    sql`delete from ${erasedUsers} as e using ${erasureKeys} as k where e.user_hash = ${hashOf(sql`${userId}::text`)}
      returning e.user_hash`,
  )
  return rows[0]?.user_hash ?? null
}

/** Deletes everything about a locked user. Returns how many rows were deleted, without the lock's own row. */
export async function deleteUser(db: Session, tables: Tables, userId: string): Promise<number> {
  const { webhookAttempts, webhookDeliveries, userStandings } = tables
  await run(
    db,
    sql`delete from ${webhookAttempts} where delivery_id in (select id from ${webhookDeliveries} where user_id = ${userId})`,
  )
  let rowCount = 0
  // One after the other, because a cluster does not delete from tables of users and from others in one statement.
  for (const table of ownedTables(tables)) {
    const [row] = await run<{ count: number }>(
      db,
      sql`with gone as (delete from ${table} where user_id = ${userId} returning user_id)
        select count(*)::float8 as count from gone`,
    )
    rowCount += row!.count
  }
  await run(db, sql`delete from ${userStandings} where user_id = ${userId}`)
  return rowCount
}

/** Checks whether anything is stored of a user besides the lock's own row. */
export async function isAnythingStored(db: Session, tables: Tables, userId: string): Promise<boolean> {
  const found = ownedTables(tables).map(table => sql`exists (select from ${table} where user_id = ${userId})`)
  const [row] = await run<{ is_stored: boolean }>(db, sql`select ${join(found, ' or ')} as is_stored`)
  return row!.is_stored
}

// All tables with rows of one user, except the standings. A test compares this with the existing tables.
function ownedTables(tables: Tables) {
  const { userProgress, userMetrics, userTimeZones, streakPauses, streakFreezes, pointsLedger } = tables
  const { userAttributes, badgeDecisions, badgeSightings, auditLog, outbox, webhookDeliveries, followedChanges } =
    tables
  const { userPeriodPoints, userFolds, foldedKeys, rankChanges, pointsLimits } = tables
  return [
    ...[userProgress, userMetrics, userTimeZones, streakPauses, streakFreezes, pointsLedger, userPeriodPoints],
    ...[userAttributes, badgeDecisions, badgeSightings, auditLog, outbox, webhookDeliveries, followedChanges],
    ...[userFolds, foldedKeys, rankChanges, pointsLimits],
  ]
}

/**
 * Replaces a user's id with the hash where the user changed other users manually. Folding by a rule, and an apply, that got up to
 * this user begin again. An import of a followed table that did goes back to the first row of the same time.
 */
export async function replaceActor(
  db: Session,
  { replaceActorFunction, follows }: Tables,
  { userId, userHash }: { readonly userId: string; readonly userHash: string },
): Promise<void> {
  // As a table: Prisma cannot read a column of type void.
  await run(db, sql`select from ${replaceActorFunction}(${userId}, ${userHash})`)
  await run(
    db,
    sql`update ${follows} set imported_after = '[' || (imported_after::jsonb -> 0)::text || ', "", "", ""]'
      where imported_after::jsonb ->> 1 = ${userId}`,
  )
}
