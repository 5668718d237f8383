import type { Standing } from '../../core/awards/standing.js'
import type { Visibility } from '../../core/users/visibility.js'
import {
  anyOf,
  checkCount,
  dateOrNull,
  inOrderOfBytes,
  instantArray,
  instantOf,
  msOf,
  numericArray,
  onlyUser,
  textArray,
} from '../database/columns.js'
import { run, runKept } from '../database/database.js'
import type { Session } from '../database/session.js'
import { join, raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'
import { hasErasureKey, readErased } from '../users/erasures.js'
import { type Gain, gainsWritten, settleLosses, writeGains } from './ledger.js'
import { type OutboxChange, outboxWritten, writeEvents } from './outbox.js'
import { allUsers } from './pauses.js'
import { rankChangesNoted } from './rank-changes.js'

/** What the lock returns about a user and the transaction it was taken in. */
export type LockedUser = {
  /** What the user was counted with. */
  readonly countedWith: string
  /** How often pauses for all users were created or deleted. */
  readonly commonPauseChanges: number
  /** The version of the catalog applied last, or 0 if none was. */
  readonly catalogVersion: number
  readonly isolation: string
  /** Whether the user was erased and must not be written. */
  readonly isErased: boolean
  /** Whether a completion of the user was ever undone. */
  readonly hasUndone: boolean
  /** The user that this one was merged into, or renamed to; then nothing may be written here. */
  readonly mergedInto: string | null
  readonly standing: Standing
}

/**
 * Builds the name of what a user was counted with: a catalog (and a zone), and the pauses for all users after so many
 * changes to them.
 */
export function countedWith(name: string, commonPauseChanges: number): string {
  return commonPauseChanges === 0 ? name : `${name}+p${commonPauseChanges}`
}

/**
 * What new users are counted with. `name` begins with the fingerprint of the catalog. `hasStreaks`: whether pauses
 * matter.
 */
export type Counting = { readonly name: string; readonly hasStreaks: boolean }

/**
 * Serialises the writes of each user until the transaction ends. Users without a row get one, marked as counted with
 * `counting`. Erased users among them are reported. The ids must all differ. It uses separate statements: in one, a
 * waiter for a row that is being inserted would lock nothing.
 */
export async function lockUsers(
  db: Session,
  tables: Tables,
  { userIds, counting }: { readonly userIds: readonly string[]; readonly counting: Counting },
): Promise<ReadonlyMap<string, LockedUser>> {
  if (tables.layout.isSpread) return lockEach(db, tables, { userIds, counting })
  const newUsers: NewUsers = { ids: new Set(), hasErased: false }
  for (;;) {
    const known = await lockRows(db, tables, { userIds, isAllOrNone: true })
    if (known.size === userIds.length) return withErased(db, tables, known, newUsers)
    // An insert may wait for another one. Nobody waits here while holding existing rows, and all inserts go in order of
    // the key, so two batches cannot deadlock.
    const inserted = await insertMissing(db, tables, { userIds, counting, newUsers })
    if (inserted.size === userIds.length) return withErased(db, tables, inserted, newUsers)
    const locked = await lockRows(db, tables, { userIds, isAllOrNone: false })
    if (locked.size === userIds.length) return withErased(db, tables, locked, newUsers)
  }
}

// A cluster locks rows of one user per statement. Users without a row get one as their turn comes, so everybody locks and
// inserts in one order, and no two batches wait for each other.
async function lockEach(
  db: Session,
  tables: Tables,
  { userIds, counting }: { readonly userIds: readonly string[]; readonly counting: Counting },
): Promise<ReadonlyMap<string, LockedUser>> {
  const users = new Map<string, LockedUser>()
  const newUsers: NewUsers = { ids: new Set(), hasErased: false }
  for (const userId of inOrderOfBytes(userIds)) {
    let row = await lockRow(db, tables, userId)
    while (!row) {
      if (await insertRow(db, tables, { userId, counting })) newUsers.ids.add(userId)
      row = await lockRow(db, tables, userId)
    }
    users.set(userId, row)
  }
  newUsers.hasErased = newUsers.ids.size > 0 && (await hasErasureKey(db, tables))
  return withErased(db, tables, users, newUsers)
}

async function lockRow(db: Session, tables: Tables, userId: string): Promise<LockedUser | undefined> {
  const rows = await lockRows(db, tables, { userIds: [userId], isAllOrNone: false })
  return rows.get(userId)
}

async function insertRow(
  db: Session,
  tables: Tables,
  { userId, counting }: { readonly userId: string; readonly counting: Counting },
): Promise<boolean> {
  const [{ name } = { name: counting.name }] = counting.hasStreaks
    ? await run<{ name: string }>(db, sql`select ${currentCounting(tables, counting)} as name`)
    : []
  const rows = await run(
    db,
    sql`insert into ${tables.userStandings} (user_id, counted_with) values (${userId}, ${name})
      on conflict do nothing returning user_id`,
  )
  return rows.length > 0
}

/** Users who just got a row. */
type NewUsers = {
  readonly ids: Set<string>
  /** Whether there may be erased users among them. */
  hasErased: boolean
}

// An erased user has no row, so we only check the users who just got one. We check afterwards, in a separate statement,
// because the insert may have waited for the erasure, which its own snapshot does not see. The key of erasures is
// committed before the first erasure begins. As long as the insert does not see a key, it did not wait for an erasure,
// and the statement is not needed.
async function withErased(
  db: Session,
  tables: Tables,
  users: ReadonlyMap<string, LockedUser>,
  { ids, hasErased }: NewUsers,
): Promise<ReadonlyMap<string, LockedUser>> {
  const erased = hasErased && ids.size > 0 ? await readErased(db, tables, [...ids]) : none
  if (erased.size === 0) return users
  return new Map([...users].map(([userId, user]) => [userId, { ...user, isErased: erased.has(userId) }]))
}

const none: ReadonlySet<string> = new Set()

type LockRow = {
  readonly user_id: string
  readonly counted_with: string
  readonly common_pause_changes: number
  readonly catalog_version: number
  readonly isolation: string
  readonly has_undone: boolean
  readonly merged_into: string | null
  readonly points: string
  readonly badge_count: number
  readonly reached_at: number | null
  readonly completion_points: string
  readonly completion_points_at: number | null
}

async function lockRows(
  db: Session,
  tables: Tables,
  { userIds, isAllOrNone }: { readonly userIds: readonly string[]; readonly isAllOrNone: boolean },
): Promise<ReadonlyMap<string, LockedUser>> {
  const { userStandings } = tables
  const users = anyOf(userIds)
  const all = sql`and (select count(*) from ${userStandings} where user_id = ${users}) = ${userIds.length}::int`
  const rows = await runKept<LockRow>(
    db,
    sql`select ${lockColumns(tables)}
      from ${userStandings} where user_id = ${users} ${isAllOrNone && userIds.length > 1 ? all : sql``}
      order by user_id collate "C" for no key update`,
  )
  return lockedUsers(rows)
}

type Insertion = {
  readonly userIds: readonly string[]
  readonly counting: Counting
  /** Collects the users who got a row. */
  readonly newUsers: NewUsers
}

async function insertMissing(
  db: Session,
  tables: Tables,
  { userIds, counting, newUsers }: Insertion,
): Promise<ReadonlyMap<string, LockedUser>> {
  const rows = await runKept<LockRow & { readonly has_erased: boolean }>(
    db,
    sql`insert into ${tables.userStandings} (user_id, counted_with)
      select user_id, ${currentCounting(tables, counting)} from unnest(${textArray(userIds)}) as given (user_id)
      order by user_id collate "C"
      on conflict do nothing
      returning ${lockColumns(tables)}, exists (select from ${tables.erasureKeys}) as has_erased`,
  )
  for (const { user_id } of rows) newUsers.ids.add(user_id)
  newUsers.hasErased ||= rows.some(row => row.has_erased)
  return lockedUsers(rows)
}

// This number only grows, so one pause created and one deleted is different from before.
const commonPauseChanges = raw('(count(*) + count(streak_pauses.deleted_at))')

// Pauses and versions are looked up once per statement, not once per row.
function lockColumns({ streakPauses, catalogVersions }: Tables): Sql {
  return sql`user_id, counted_with,
    (select ${commonPauseChanges} from ${streakPauses} where streak_pauses.user_id = ${allUsers}::text)::int as common_pause_changes,
    (select coalesce(max(version), 0) from ${catalogVersions})::int as catalog_version,
    current_setting('transaction_isolation') as isolation, has_undone, merged_into, points::text as points, badge_count,
    ${msOf(sql`reached_at`)} as reached_at, completion_points::text as completion_points,
    ${msOf(sql`completion_points_at`)} as completion_points_at`
}

// The same text as `countedWith` writes, with the current pauses.
function currentCounting({ streakPauses }: Tables, { name, hasStreaks }: Counting): Sql {
  if (!hasStreaks) return sql`${name}::text`
  return sql`(select ${name}::text || coalesce('+p' || nullif(${commonPauseChanges}, 0), '')
    from ${streakPauses} where streak_pauses.user_id = ${allUsers}::text)`
}

function lockedUsers(rows: readonly LockRow[]): ReadonlyMap<string, LockedUser> {
  return new Map(rows.map(row => [row.user_id, lockedUser(row)]))
}

function lockedUser(row: LockRow): LockedUser {
  const completionPoints = { points: Number(row.completion_points), lastAt: dateOrNull(row.completion_points_at) }
  return {
    countedWith: row.counted_with,
    commonPauseChanges: row.common_pause_changes,
    catalogVersion: row.catalog_version,
    isolation: row.isolation,
    isErased: false,
    hasUndone: row.has_undone,
    mergedInto: row.merged_into,
    standing: {
      points: Number(row.points),
      badgeCount: row.badge_count,
      reachedAt: dateOrNull(row.reached_at),
      completionPoints,
    },
  }
}

/** A standing to write. `changeCount`: how many badges were awarded or removed; `sequence` increases by it. */
export type NewStanding = Standing & { readonly userId: string; readonly changeCount: number }

/** The standings to write, with the gains that led to them. */
export type StandingChanges = {
  readonly standings: readonly NewStanding[]
  readonly gains: readonly Gain[]
  /** The events to send, in the order in which they happened. If a user has any events, they include every change. */
  readonly events: readonly OutboxChange[]
  readonly recordedAt: Date
  /** What the users are now counted with; null leaves it as it was. */
  readonly countedWith: string | null
}

/** Writes standings of locked users, their gains into the ledger, and events into the outbox, in one statement. */
export async function writeStandings(db: Session, tables: Tables, changes: StandingChanges): Promise<void> {
  const { standings, gains, events, recordedAt } = changes
  if (standings.length === 0 && gains.length === 0) return
  if (tables.layout.isSpread) return writeOneByOne(db, tables, changes)
  const parts = [
    ...(gains.length > 0 ? [gainsWritten(tables, gains, recordedAt)] : []),
    sql`written as (${standingsWritten(tables, changes)})`,
    rankChangesNoted(tables, { name: 'ranked', rows: pointsWritten(tables), at: recordedAt }),
    ...(events.length > 0 ? [outboxWritten(tables, events, recordedAt)] : []),
  ]
  const rows = await runKept(db, sql`with ${join(parts, ', ')} select user_id from written`)
  checkCount('user_standings', standings.length, rows.length)
  await settleLosses(db, tables, { gains, recordedAt })
}

// This statement still sees the points before the update.
function pointsWritten({ userStandings }: Tables): Sql {
  return sql`select w.user_id, ''::text as period, s.points as points_before, w.points as points_after
    from written as w join ${userStandings} as s on s.user_id = w.user_id`
}

// A cluster takes no inserts inside of another statement.
async function writeOneByOne(db: Session, tables: Tables, changes: StandingChanges): Promise<void> {
  const { standings, gains, events, recordedAt } = changes
  if (gains.length > 0) await writeGains(db, tables, { gains, recordedAt })
  if (standings.length === 0) return
  const written = await run<{ user_id: string; sequence: number }>(db, standingsWritten(tables, changes))
  checkCount('user_standings', standings.length, written.length)
  const sequences = new Map(written.map(row => [row.user_id, Number(row.sequence)]))
  if (events.length > 0) await writeEvents(db, tables, { events, sequences, recordedAt })
}

function standingsWritten(tables: Tables, { standings, countedWith }: StandingChanges): Sql {
  const lastAts = standings.map(({ completionPoints }) => completionPoints.lastAt)
  return sql`update ${tables.userStandings} as s set
        points = given.points, badge_count = given.badge_count, reached_at = ${instantOf(sql`given.reached_at`)},
        completion_points = given.completion_points,
        completion_points_at = ${instantOf(sql`given.completion_points_at`)},
        sequence = s.sequence + given.changes, counted_with = coalesce(${countedWith}::text, s.counted_with)
      from unnest(
        ${textArray(standings.map(standing => standing.userId))},
        ${numericArray(standings.map(standing => standing.points))},
        ${numericArray(standings.map(standing => standing.badgeCount))},
        ${instantArray(standings.map(standing => standing.reachedAt))},
        ${numericArray(standings.map(({ completionPoints }) => completionPoints.points))},
        ${instantArray(lastAts)},
        ${numericArray(standings.map(standing => standing.changeCount))}
      ) as given (user_id, points, badge_count, reached_at, completion_points, completion_points_at, changes)
      where s.user_id = given.user_id ${onlyUser('s', standings)}
      returning s.user_id, s.sequence, s.points`
}

/** Sets the visibility of a locked user. Returns the previous one. */
export async function writeVisibility(
  db: Session,
  { userStandings }: Tables,
  { userId, visibility }: { readonly userId: string; readonly visibility: Visibility },
): Promise<Visibility> {
  const rows = await run<{ visibility: Visibility }>(
    db,
    sql`with before as (select user_id, visibility from ${userStandings} where user_id = ${userId})
      update ${userStandings} as s set visibility = ${visibility} from before
      where s.user_id = before.user_id and s.user_id = ${userId}
      returning before.visibility`,
  )
  checkCount('user_standings', 1, rows.length)
  return rows[0]!.visibility
}

/** The mark of users whose imported history is stored but not counted yet. No fingerprint looks like it. */
export const uncounted = 'imported'

/**
 * Marks locked users as counted with something, or as {@link uncounted}: then the next write of such a user counts
 * everything stored.
 */
export async function markCounted(
  db: Session,
  { userStandings, layout }: Tables,
  { userIds, countedWith }: { readonly userIds: readonly string[]; readonly countedWith: string },
): Promise<void> {
  const users = layout.isSpread && userIds.length > 1 ? sql`any(${textArray(userIds)})` : anyOf(userIds)
  await run(
    db,
    sql`update ${userStandings} set counted_with = ${countedWith} where user_id = ${users}
      and counted_with <> ${countedWith}`,
  )
}

/** Lists users marked as not counted, after `after`, in the database's own order. */
export async function readUncounted(
  db: Session,
  { userStandings }: Tables,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await run<{ user_id: string }>(
    db,
    sql`select user_id from ${userStandings} where counted_with = ${uncounted} and user_id > ${after}
      order by user_id limit ${raw(String(limit))}`,
  )
  return rows.map(row => row.user_id)
}
