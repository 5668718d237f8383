import { dateOf, dateOrNull, instant, jsonOf, msOf } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/**
 * What applying a catalog does for users who have already earned something. `keep`: nobody loses anything. `recompute`:
 * badges follow the new catalog, including their dates. `reprice`: the points of held badges follow the new values.
 */
export type ApplyPolicy = 'keep' | 'recompute' | 'reprice'

/** A catalog that was applied, or is being applied. */
export type StoredVersion = {
  version: number
  /** The fingerprint of the catalog. */
  hash: string
  definition: unknown
  policy: ApplyPolicy
  /** The list of items that was changed; null if a catalog was applied. */
  list: string | null
  by: string | null
  reason: string | null
  startedAt: Date
  /** Null while it is being applied. */
  appliedAt: Date | null
  /** The last user an unfinished apply has counted; null at the beginning. */
  resumeAfter: string | null
  /** How many users it has counted. */
  userCount: number
}

/** Reads applied catalogs, the latest first. */
export async function readVersions(
  db: Session,
  { catalogVersions }: Tables,
  { limit, version }: { readonly limit: number; readonly version?: number },
): Promise<StoredVersion[]> {
  const chosen = version === undefined ? sql`` : sql`where version = ${version}::bigint`
  const rows = await run<VersionRow>(
    db,
    sql`select version::int as version, hash, catalog::text as catalog, policy, list, applied_by, reason,
        ${msOf(sql`started_at`)} as started_at, ${msOf(sql`applied_at`)} as applied_at, resume_after,
        user_count::float8 as user_count
      from ${catalogVersions} ${chosen} order by version desc limit ${limit}::int`,
  )
  return rows.map(versionFrom)
}

type VersionRow = {
  readonly version: number
  readonly hash: string
  readonly catalog: string
  readonly policy: ApplyPolicy
  readonly list: string | null
  readonly applied_by: string | null
  readonly reason: string | null
  readonly started_at: number
  readonly applied_at: number | null
  readonly resume_after: string | null
  readonly user_count: number
}

function versionFrom(row: VersionRow): StoredVersion {
  return {
    version: row.version,
    hash: row.hash,
    definition: jsonOf(row.catalog),
    policy: row.policy,
    list: row.list,
    by: row.applied_by,
    reason: row.reason,
    startedAt: dateOf(row.started_at),
    appliedAt: dateOrNull(row.applied_at),
    resumeAfter: row.resume_after,
    userCount: row.user_count,
  }
}

/** A version to store. `items`: those of its list; null without one. */
export type NewVersion = Pick<
  StoredVersion,
  'version' | 'hash' | 'definition' | 'policy' | 'list' | 'by' | 'reason' | 'startedAt'
> & { readonly items: readonly string[] | null }

/** Stores a version if its number is free, and returns whether it was. */
export async function insertVersion(db: Session, { catalogVersions }: Tables, version: NewVersion): Promise<boolean> {
  const { hash, policy, list, items, by, reason, startedAt } = version
  const rows = await run(
    db,
    sql`insert into ${catalogVersions} (version, hash, catalog, policy, list, items, applied_by, reason, started_at)
      values (${version.version}::bigint, ${hash}, ${JSON.stringify(version.definition)}::text::jsonb, ${policy}, ${list},
        ${items && JSON.stringify(items)}::text::jsonb, ${by}, ${reason}, ${instant(startedAt)})
      on conflict do nothing returning 1`,
  )
  return rows.length > 0
}

/** The progress of an apply. */
export type ApplyMark = { readonly version: number; readonly resumeAfter: string; readonly userCount: number }

/**
 * Stores the progress of an apply, in the transaction of the users it has just counted. Returns false if the version is
 * no longer the latest: another apply has taken over.
 */
export async function markApplied(
  db: Session,
  { catalogVersions }: Tables,
  { version, resumeAfter, userCount }: ApplyMark,
): Promise<boolean> {
  const rows = await run(
    db,
    sql`update ${catalogVersions} set resume_after = ${resumeAfter}, user_count = user_count + ${userCount}::bigint
      where version = ${version}::bigint and version = (select max(version) from ${catalogVersions}) returning 1`,
  )
  return rows.length > 0
}

/** Reads the number of the version that was applied last; 0 if none was. */
export async function readLatestVersion(db: Session, { catalogVersions }: Tables): Promise<number> {
  const rows = await run<{ version: number }>(
    db,
    sql`select coalesce(max(version), 0)::int as version from ${catalogVersions}`,
  )
  return rows[0]!.version
}

/** Makes an apply start again from the first user if it is stopped from now on. */
export async function rewindVersion(db: Session, { catalogVersions }: Tables, version: number): Promise<void> {
  await run(
    db,
    sql`update ${catalogVersions} set resume_after = null, user_count = 0
      where version = ${version}::bigint and applied_at is null`,
  )
}

/**
 * Marks an apply as finished, if it is not, with the number of users it counted. Returns false if another apply has taken
 * over.
 */
export async function finishVersion(
  db: Session,
  { catalogVersions }: Tables,
  { version, userCount, at }: { readonly version: number; readonly userCount: number; readonly at: Date },
): Promise<boolean> {
  const rows = await run(
    db,
    sql`update ${catalogVersions} set applied_at = coalesce(applied_at, ${instant(at)}), resume_after = null,
        user_count = case when applied_at is null then ${userCount}::bigint else user_count end
      where version = ${version}::bigint and version = (select max(version) from ${catalogVersions}) returning 1`,
  )
  return rows.length > 0
}

/** Lists users who were counted with a catalog other than the one of a fingerprint, in the database's own order. */
export async function readStragglers(
  db: Session,
  { userStandings }: Tables,
  { fingerprint, limit }: { readonly fingerprint: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await run<{ user_id: string }>(
    db,
    sql`select user_id from ${userStandings} where not starts_with(counted_with, ${fingerprint}) and merged_into is null
      order by user_id limit ${limit}::int`,
  )
  return rows.map(row => row.user_id)
}
