import { createHash, randomBytes } from 'node:crypto'
import { scopes as knownScopes, type Scope } from '../../core/users/scope.js'
import { invalid } from '../../core/values/invalid.js'
import { patientTransaction } from '../../store/database/patient-transaction.js'
import type { Session } from '../../store/database/session.js'
import { type AuditAction, writeAudit } from '../../store/progress/decisions.js'
import type { Tables } from '../../store/schema/tables.js'
import {
  type ApiKey,
  insertKey,
  readKeyPresence,
  readKeys,
  replaceSecret,
  revokeKey,
} from '../../store/server/api-keys.js'
import { checkText } from '../context/manual-change.js'

export type { ApiKey } from '../../store/server/api-keys.js'

/** What API keys need: the service's database, tables and clock. */
export type KeyContext = { readonly db: Session; readonly tables: Tables; readonly now: () => Date }

/** Who changes a key and why, for the audit log. */
export type KeyChangeNote = { readonly by?: string | undefined; readonly reason?: string | undefined }

/** The key to create. */
export type KeyRequest = KeyChangeNote & {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** When it expires. Default: never. */
  readonly expiresAt?: Date | undefined
}

/** A key and its secret. The secret is shown only this once and never stored. */
export type KeyWithSecret = { readonly key: ApiKey; readonly secret: string }

/** Which key, and who changes it. */
export type KnownKeyChange = KeyChangeNote & { readonly id: string }

const secretPrefix = 'mp_live_'
/** The form of a secret: 32 random bytes in base64url after the prefix. */
export const secretShape = /^mp_live_[A-Za-z0-9_-]{43}$/

const firstKeyId = 'key_first'
const idShape = /^key_[\w-]{1,40}$/
const longestOverlapSeconds = 30 * 86_400
const nameLength = 100

/** Creates a key. @throws INPUT_INVALID naming the field */
export async function createKey(context: KeyContext, request: KeyRequest): Promise<KeyWithSecret> {
  const id = `key_${randomBytes(12).toString('base64url')}`
  return (await makeKey(context, request, { id, onlyFirst: false }))!
}

/**
 * Creates the very first key, with every right. Returns null if there ever was a key. If several callers try at once,
 * one succeeds.
 */
export async function createFirstKey(context: KeyContext): Promise<KeyWithSecret | null> {
  return makeKey(context, { name: 'first admin key', scopes: ['admin'] }, { id: firstKeyId, onlyFirst: true })
}

async function makeKey(
  { db, tables, now }: KeyContext,
  { name, scopes, expiresAt, ...hand }: KeyRequest,
  { id, onlyFirst }: { readonly id: string; readonly onlyFirst: boolean },
): Promise<KeyWithSecret | null> {
  const createdAt = now()
  checkRequest({ name, scopes, expiresAt }, createdAt)
  checkChangeNote(hand)
  const secret = newSecret()
  const row = { id, name, scopes: sorted(scopes), createdAt, expiresAt: expiresAt ?? null }
  return patientTransaction(db, async tx => {
    const key = await insertKey(tx, tables, { ...row, secretHash: hashOfSecret(secret) }, { onlyFirst })
    if (key) await audit(tx, { tables, ...hand, action: 'create-key', key, at: createdAt })
    return key && { key, secret }
  })
}

/** Lists the keys that were not revoked, oldest first. */
export async function listKeys(
  { db, tables }: KeyContext,
  page: { readonly limit: number; readonly after?: Pick<ApiKey, 'id' | 'createdAt'> | undefined },
): Promise<readonly ApiKey[]> {
  return readKeys(db, tables, page)
}

/** Tells whether there ever was a key, and whether one is valid now. */
export async function keyPresence({
  db,
  tables,
  now,
}: KeyContext): Promise<{ readonly hasAny: boolean; readonly hasLive: boolean }> {
  return readKeyPresence(db, tables, now())
}

/**
 * Gives a key a new secret. The previous secret stays valid for `overlapSeconds` (default: 0). Only the last replaced
 * secret can overlap. Returns null if there is no such key.
 * @throws INPUT_INVALID
 */
export async function rotateKey(
  { db, tables, now }: KeyContext,
  { id, overlapSeconds = 0, ...hand }: KnownKeyChange & { readonly overlapSeconds?: number | undefined },
): Promise<KeyWithSecret | null> {
  checkOverlap(overlapSeconds)
  checkChangeNote(hand)
  if (!idShape.test(id)) return null
  const at = now()
  const secret = newSecret()
  const previousUntil = overlapSeconds > 0 ? new Date(at.getTime() + overlapSeconds * 1000) : null
  return patientTransaction(db, async tx => {
    const key = await replaceSecret(tx, tables, { id, secretHash: hashOfSecret(secret), previousUntil })
    if (key) await audit(tx, { tables, ...hand, action: 'rotate-key', key, at })
    return key && { key, secret }
  })
}

/** Revokes a key permanently. Returns null if there is no such key. @throws INPUT_INVALID */
export async function deleteKey(
  { db, tables, now }: KeyContext,
  { id, ...hand }: KnownKeyChange,
): Promise<ApiKey | null> {
  checkChangeNote(hand)
  if (!idShape.test(id)) return null
  const at = now()
  return patientTransaction(db, async tx => {
    const key = await revokeKey(tx, tables, { id, at })
    if (key) await audit(tx, { tables, ...hand, action: 'delete-key', key, at })
    return key
  })
}

/** Returns the hash of a secret, which is stored in its place. A secret of 32 random bytes needs no slow hash. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function newSecret(): string {
  return `${secretPrefix}${randomBytes(32).toString('base64url')}`
}

type KeyAction = Extract<AuditAction, `${string}-key`>

type Audited = KeyChangeNote & {
  readonly tables: Tables
  readonly action: KeyAction
  readonly key: ApiKey
  readonly at: Date
}

const withoutReason: Readonly<Record<KeyAction, string>> = {
  'create-key': 'Key created',
  'rotate-key': 'Key rotated',
  'delete-key': 'Key revoked',
}

// The entry has no user id, because it concerns no user.
async function audit(
  tx: Session,
  { tables, action, key, by, reason = withoutReason[action], at }: Audited,
): Promise<void> {
  const { id, name, scopes } = key
  await writeAudit(tx, tables, { userId: '', action, reason, by: by ?? null, at, details: { keyId: id, name, scopes } })
}

function checkChangeNote({ by, reason }: KeyChangeNote): void {
  if (by !== undefined) checkText('by', by)
  if (reason !== undefined) checkText('reason', reason)
}

function checkRequest({ name, scopes, expiresAt }: KeyRequest, now: Date): void {
  checkText('name', name)
  if (name.length > nameLength) throw invalid('name', `has over ${nameLength} characters`, name)
  checkScopes(scopes)
  if (expiresAt === undefined) return
  const isLater = expiresAt instanceof Date && expiresAt.getTime() > now.getTime()
  if (!isLater) throw invalid('expiresAt', 'must be a time to come', String(expiresAt))
}

function checkScopes(scopes: readonly Scope[]): void {
  const known = `is to hold ${knownScopes.join(', ')}, one at least`
  if (!Array.isArray(scopes) || scopes.length === 0) throw invalid('scopes', known, scopes)
  const stray = scopes.find(scope => !knownScopes.includes(scope))
  if (stray !== undefined) throw invalid('scopes', known, stray)
}

function checkOverlap(seconds: number): void {
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= longestOverlapSeconds) return
  throw invalid('overlapSeconds', `must be from 0 to ${longestOverlapSeconds}`, String(seconds))
}

function sorted(scopes: readonly Scope[]): readonly Scope[] {
  return knownScopes.filter(scope => scopes.includes(scope))
}
