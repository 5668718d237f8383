import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { raw, type Sql, sql } from '../database/sql.js'
import { learnLayout } from '../schema/layout.js'
import type { Tables } from '../schema/tables.js'

/** A call to do once: its key, the caller and the request, all as hashes, and a token of this attempt. */
export type IdempotentCall = {
  readonly keyHash: string
  readonly callerHash: string
  readonly fingerprint: string
  readonly lease: string
}

/** What is stored under a key. `claimed`: this attempt may do the call. */
export type Claim =
  | { readonly status: 'claimed' | 'running' | 'other-call' }
  | { readonly status: 'done'; readonly answerStatus: number; readonly answer: string }

/** How long an answer is stored, and how long an attempt holds its key unless it renews it. */
export type Lifetimes = { readonly keepMs: number; readonly leaseMs: number }

/**
 * Claims a key for one attempt, if it is free, has expired, or belongs to a dead attempt at the same call. Uses the
 * time of the database, because the clocks of two servers may differ by more than a lease.
 */
export async function claimKey(
  db: Session,
  tables: Tables,
  call: IdempotentCall,
  lifetimes: Lifetimes,
): Promise<Claim> {
  for (;;) {
    if (await tryToClaim(db, tables, call, lifetimes)) return { status: 'claimed' }
    const found = await readClaim(db, tables, call)
    // It was freed in between, so it can be claimed.
    if (found) return found
  }
}

async function tryToClaim(
  db: Session,
  { idempotencyRecords }: Tables,
  { keyHash, callerHash, fingerprint, lease }: IdempotentCall,
  { keepMs, leaseMs }: Lifetimes,
): Promise<boolean> {
  const rows = await run(
    db,
    sql`insert into ${idempotencyRecords} as r (key_hash, caller_hash, fingerprint, lease, lease_until, expires_at)
      values (${keyHash}, ${callerHash}, ${fingerprint}, ${lease}, ${later(leaseMs)}, ${later(keepMs)})
      on conflict (key_hash) do update set fingerprint = excluded.fingerprint, lease = excluded.lease,
          lease_until = excluded.lease_until, expires_at = excluded.expires_at, status = null, answer = null
        where ${isOver('expires_at', keepMs)}
          or (r.status is null and ${isOver('lease_until', leaseMs)} and r.fingerprint = excluded.fingerprint)
      returning 1 as one`,
  )
  return rows.length > 0
}

// Whether a time of the record is not after now, from which the new one is so far away. A cluster takes no `now()` here, and in
// UTC only what depends on no setting.
function isOver(column: 'expires_at' | 'lease_until', ms: number): Sql {
  const [stored, given] = [raw(`r.${column}`), raw(`excluded.${column}`)]
  return sql`${stored} at time zone 'UTC' + ${milliseconds(ms)} <= ${given} at time zone 'UTC'`
}

async function readClaim(
  db: Session,
  { idempotencyRecords }: Tables,
  { keyHash, fingerprint }: IdempotentCall,
): Promise<Claim | undefined> {
  const [row] = await run<{ is_same: boolean; status: number | null; answer: string | null }>(
    db,
    sql`select fingerprint = ${fingerprint} as is_same, status::float8 as status, answer from ${idempotencyRecords}
      where key_hash = ${keyHash}`,
  )
  if (!row) return undefined
  if (!row.is_same) return { status: 'other-call' }
  return row.status === null ? { status: 'running' } : { status: 'done', answerStatus: row.status, answer: row.answer! }
}

/** Renews the lease of an attempt that is still running. */
export async function renewLease(
  db: Session,
  { idempotencyRecords }: Tables,
  { keyHash, lease }: IdempotentCall,
  leaseMs: number,
): Promise<void> {
  await run(
    db,
    sql`update ${idempotencyRecords} set lease_until = ${later(leaseMs)}
      where key_hash = ${keyHash} and lease = ${lease} and status is null`,
  )
}

/** Stores the answer of an attempt, unless another attempt has taken its place. */
export async function storeAnswer(
  db: Session,
  { idempotencyRecords }: Tables,
  { keyHash, lease }: IdempotentCall,
  { status, answer }: { readonly status: number; readonly answer: string },
): Promise<void> {
  await run(
    db,
    sql`update ${idempotencyRecords} set status = ${status}::int, answer = ${answer}
      where key_hash = ${keyHash} and lease = ${lease} and status is null`,
  )
}

/** Frees the key of a failed attempt, so that the next one can do the call. */
export async function freeKey(
  db: Session,
  { idempotencyRecords }: Tables,
  { keyHash, lease }: IdempotentCall,
): Promise<void> {
  await run(
    db,
    sql`delete from ${idempotencyRecords} where key_hash = ${keyHash} and lease = ${lease} and status is null`,
  )
}

/** Deletes expired records, at most `limit`. Returns how many were deleted. */
export async function deleteExpired(db: Session, tables: Tables, limit: number): Promise<number> {
  const { idempotencyRecords } = tables
  await learnLayout(db, tables)
  if (tables.layout.isSpread) {
    const expired = sql`expires_at <= now() order by expires_at limit ${limit}::int`
    return deleteChosen(db, tables, expired)
  }
  const rows = await run(
    db,
    sql`delete from ${idempotencyRecords} where key_hash in (
      select key_hash from ${idempotencyRecords} where expires_at <= now() order by expires_at limit ${limit}::int
      for update skip locked) returning 1 as one`,
  )
  return rows.length
}

/** Deletes the oldest answers of a caller beyond a limit. Running calls stay. */
export async function deleteSurplus(
  db: Session,
  tables: Tables,
  { callerHash, kept }: { readonly callerHash: string; readonly kept: number },
): Promise<void> {
  const { idempotencyRecords } = tables
  await learnLayout(db, tables)
  if (tables.layout.isSpread) {
    const surplus = sql`caller_hash = ${callerHash} order by expires_at desc offset ${kept}::int`
    await deleteChosen(db, tables, surplus, sql`and status is not null`)
    return
  }
  await run(
    db,
    sql`delete from ${idempotencyRecords} where status is not null and key_hash in (
      select key_hash from ${idempotencyRecords} where caller_hash = ${callerHash}
      order by expires_at desc offset ${kept}::int for update skip locked)`,
  )
}

// A cluster skips no locks in tables that every node has.
async function deleteChosen(
  db: Session,
  { idempotencyRecords }: Tables,
  which: Sql,
  unless: Sql = sql``,
): Promise<number> {
  const rows = await run<{ key_hash: string }>(db, sql`select key_hash from ${idempotencyRecords} where ${which}`)
  for (const { key_hash } of rows)
    await run(db, sql`delete from ${idempotencyRecords} where key_hash = ${key_hash} ${unless}`)
  return rows.length
}

function later(ms: number): Sql {
  return sql`now() + ${milliseconds(ms)}`
}

function milliseconds(ms: number): Sql {
  return sql`${ms}::float8 * interval '1 millisecond'`
}
