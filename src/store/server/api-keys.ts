import type { Scope } from '../../core/users/scope.js'
import { dateOf, dateOrNull, instant, msOf, textArray } from '../database/columns.js'
import { run } from '../database/database.js'
import type { Session } from '../database/session.js'
import { type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** A server key, without its secret. */
export type ApiKey = {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: Date
  /** Null if it does not expire. */
  readonly expiresAt: Date | null
  /** When it was last used, accurate to a minute; null if it was never used. */
  readonly lastUsedAt: Date | null
}

/** A key to store. `secretHash`: SHA-256 of the secret, in hex. */
export type NewApiKey = Omit<ApiKey, 'lastUsedAt'> & { readonly secretHash: string }

/**
 * A key that was found by its secret. `secretUntil`: until when this secret works, if it was rotated or the key
 * expires.
 */
export type KeyOfSecret = Pick<ApiKey, 'id' | 'name' | 'scopes'> & { readonly secretUntil: Date | null }

type KeyRow = {
  readonly id: string
  readonly name: string
  readonly scopes: string
  readonly created_at: number
  readonly expires_at: number | null
  readonly last_used_at: number | null
}

const columns = sql`id, name, array_to_string(scopes, ' ') as scopes, ${msOf(sql`created_at`)} as created_at,
  ${msOf(sql`expires_at`)} as expires_at, ${msOf(sql`last_used_at`)} as last_used_at`

/** Stores a key. Returns null if its id is taken, or if `onlyFirst` is set and there was a key before. */
export async function insertKey(
  db: Session,
  tables: Tables,
  { id, name, scopes, createdAt, expiresAt, secretHash }: NewApiKey,
  { onlyFirst }: { readonly onlyFirst: boolean },
): Promise<ApiKey | null> {
  const { apiKeys } = tables
  const rows = await run(
    db,
    sql`insert into ${apiKeys} (id, name, scopes, secret_hash, created_at, expires_at)
      select ${id}, ${name}, ${textArray(scopes)}, ${secretHash}, ${instant(createdAt)}, ${instantOrNull(expiresAt)}
      ${onlyFirst ? sql`where not exists (select from ${apiKeys})` : sql``}
      on conflict (id) do nothing returning 1`,
  )
  return rows.length > 0 ? readKey(db, tables, id) : null
}

async function readKey(db: Session, { apiKeys }: Tables, id: string): Promise<ApiKey> {
  const rows = await run<KeyRow>(db, sql`select ${columns} from ${apiKeys} where id = ${id}`)
  return keyFrom(rows[0]!)
}

/** Lists keys that were not revoked, oldest first. `after`: the id and instant of the last one of the page before. */
export async function readKeys(
  db: Session,
  { apiKeys }: Tables,
  { limit, after }: { readonly limit: number; readonly after?: Pick<ApiKey, 'id' | 'createdAt'> | undefined },
): Promise<readonly ApiKey[]> {
  const later = after
    ? sql`and (created_at, id collate "C") > (${instant(after.createdAt)}, ${after.id} collate "C")`
    : sql``
  const rows = await run<KeyRow>(
    db,
    sql`select ${columns} from ${apiKeys} as k where revoked_at is null ${later}
      order by k.created_at, k.id collate "C" limit ${limit}::int`,
  )
  return rows.map(keyFrom)
}

/** Checks whether there was ever a key, and whether one is valid now. */
export async function readKeyPresence(
  db: Session,
  { apiKeys }: Tables,
  now: Date,
): Promise<{ readonly hasAny: boolean; readonly hasLive: boolean }> {
  const rows = await run<{ has_any: boolean; has_live: boolean }>(
    db,
    sql`select exists (select from ${apiKeys}) as has_any,
      exists (select from ${apiKeys} where revoked_at is null
        and (expires_at is null or expires_at > ${instant(now)})) as has_live`,
  )
  return { hasAny: rows[0]!.has_any, hasLive: rows[0]!.has_live }
}

/** Finds the key that a secret opens at an instant. Returns null if there is none. */
export async function readKeyOfSecret(
  db: Session,
  { apiKeys }: Tables,
  { secretHash, now }: { readonly secretHash: string; readonly now: Date },
): Promise<KeyOfSecret | null> {
  const rows = await run<Pick<KeyRow, 'id' | 'name' | 'scopes'> & { readonly secret_until: number | null }>(
    db,
    sql`select id, name, array_to_string(scopes, ' ') as scopes,
        ${msOf(sql`least(expires_at, case when previous_hash = ${secretHash} then previous_until end)`)} as secret_until
      from ${apiKeys} where (secret_hash = ${secretHash} or (previous_hash = ${secretHash} and previous_until > ${instant(now)}))
        and (expires_at is null or expires_at > ${instant(now)})`,
  )
  const [row] = rows
  if (!row) return null
  return { id: row.id, name: row.name, scopes: scopesFrom(row.scopes), secretUntil: dateOrNull(row.secret_until) }
}

/** Lists the hashes of all secrets that open a key now or did recently, up to a limit. */
export async function readSecretHashes(db: Session, { apiKeys }: Tables, limit: number): Promise<readonly string[]> {
  const rows = await run<{ hash: string }>(
    db,
    sql`select secret_hash as hash from ${apiKeys} where secret_hash is not null
      union all select previous_hash from ${apiKeys} where previous_hash is not null limit ${limit}::int`,
  )
  return rows.map(({ hash }) => hash)
}

/** Gives a key a new secret; the old one works until `previousUntil`. Returns null if there is no such key. */
export async function replaceSecret(
  db: Session,
  tables: Tables,
  { id, secretHash, previousUntil }: { id: string; secretHash: string; previousUntil: Date | null },
): Promise<ApiKey | null> {
  const previous = previousUntil ? sql`secret_hash` : sql`null`
  const rows = await run(
    db,
    sql`update ${tables.apiKeys} set secret_hash = ${secretHash}, previous_hash = ${previous},
        previous_until = ${instantOrNull(previousUntil)}
      where id = ${id} and revoked_at is null returning 1`,
  )
  return rows.length > 0 ? readKey(db, tables, id) : null
}

/** Revokes a key permanently. Returns null if there is no such key. */
export async function revokeKey(
  db: Session,
  tables: Tables,
  { id, at }: { readonly id: string; readonly at: Date },
): Promise<ApiKey | null> {
  const rows = await run(
    db,
    sql`update ${tables.apiKeys} set revoked_at = ${instant(at)}, secret_hash = null, previous_hash = null, previous_until = null
      where id = ${id} and revoked_at is null returning 1`,
  )
  return rows.length > 0 ? readKey(db, tables, id) : null
}

/** Stores when keys were last used, never earlier than what is stored. */
export async function writeLastUsed(
  db: Session,
  { apiKeys }: Tables,
  used: readonly { readonly id: string; readonly at: Date }[],
): Promise<void> {
  // One by one, so that two processes cannot deadlock.
  for (const { id, at } of used) {
    await run(
      db,
      sql`update ${apiKeys} set last_used_at = greatest(last_used_at, ${instant(at)}) where id = ${id} and revoked_at is null`,
    )
  }
}

function instantOrNull(at: Date | null): Sql {
  return at ? instant(at) : sql`null::timestamptz`
}

function keyFrom(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scopes: scopesFrom(row.scopes),
    createdAt: dateOf(row.created_at),
    expiresAt: dateOrNull(row.expires_at),
    lastUsedAt: dateOrNull(row.last_used_at),
  }
}

// A check of the table allows no other word.
function scopesFrom(text: string): readonly Scope[] {
  return text.split(' ') as Scope[]
}
