import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  createFirstKey,
  createKey,
  deleteKey,
  hashOfSecret,
  type KeyContext,
  keyPresence,
  listKeys,
  rotateKey,
  secretShape,
} from '../../../src/service/server/api-keys.js'
import { tablesIn } from '../../../src/store/schema/tables.js'
import { readKeyOfSecret, writeLastUsed } from '../../../src/store/server/api-keys.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { tracesOf } from '../../support/traces.js'

const start = Date.parse('2026-06-01T12:00Z')

describeOnEach(everyDatabase, 'server keys', database => {
  const tables = tablesIn()
  const contextAt = (seconds: number): KeyContext => {
    return { db: database.session, tables, now: () => new Date(start + seconds * 1000) }
  }
  const opens = async (secret: string, seconds = 0): Promise<string | undefined> => {
    const { db, now } = contextAt(seconds)
    return (await readKeyOfSecret(db, tables, { secretHash: hashOfSecret(secret), now: now() }))?.id
  }

  test('have a secret of 256 bits that is stored as its hash alone', async () => {
    const { key, secret } = await createKey(contextAt(0), { name: 'shop', scopes: ['read', 'record'], by: 'ops' })
    expect(secret).toMatch(secretShape)
    expect(key).toMatchObject({ name: 'shop', scopes: ['record', 'read'], expiresAt: null, lastUsedAt: null })
    expect(await opens(secret)).toBe(key.id)
    expect(await opens(`${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`)).toBeUndefined()
    expect(await tracesOf(database, secret)).toEqual([])
    expect(await tracesOf(database, secret.slice(8))).toEqual([])
  })

  test('end when they are to', async () => {
    const expiresAt = new Date(start + 60_000)
    const { key, secret } = await createKey(contextAt(0), { name: 'shop', scopes: ['read'], expiresAt })
    expect(key.expiresAt).toEqual(expiresAt)
    expect([await opens(secret, 59), await opens(secret, 60)]).toEqual([key.id, undefined])
  })

  test('take another secret: the one before holds for the overlap, and not at all without one', async () => {
    const { key, secret } = await createKey(contextAt(0), { name: 'shop', scopes: ['read'] })
    const second = await rotateKey(contextAt(0), { id: key.id, overlapSeconds: 30 })
    expect(second?.key).toEqual(key)
    expect([await opens(secret, 29), await opens(secret, 30)]).toEqual([key.id, undefined])
    const third = await rotateKey(contextAt(1), { id: key.id })
    const secrets = [secret, second!.secret, third!.secret]
    expect(await Promise.all(secrets.map(each => opens(each, 1)))).toEqual([undefined, undefined, key.id])
  })

  test('are gone once deleted: from the list, by every secret, and for good', async () => {
    const { key, secret } = await createKey(contextAt(0), { name: 'shop', scopes: ['read'] })
    const kept = await createKey(contextAt(1), { name: 'other', scopes: ['read'] })
    const rotated = await rotateKey(contextAt(0), { id: key.id, overlapSeconds: 60 })
    expect(await deleteKey(contextAt(2), { id: key.id })).toMatchObject({ id: key.id })
    expect([await opens(secret), await opens(rotated!.secret)]).toEqual([undefined, undefined])
    expect(await listKeys(contextAt(0), { limit: 10 })).toEqual([kept.key])
    expect(await deleteKey(contextAt(3), { id: key.id })).toBeNull()
    expect(await rotateKey(contextAt(3), { id: key.id })).toBeNull()
    expect(await deleteKey(contextAt(3), { id: 'key_\u0000' })).toBeNull()
  })

  test('are listed in pages, each once, even if created at the same moment', async () => {
    for (let i = 0; i < 5; i++) await createKey(contextAt(i % 2), { name: `key ${i}`, scopes: ['read'] })
    const all = await listKeys(contextAt(0), { limit: 10 })
    const found: string[] = []
    for (let page = await listKeys(contextAt(0), { limit: 2 }); page.length > 0; ) {
      found.push(...page.map(({ id }) => id))
      page = await listKeys(contextAt(0), { limit: 2, after: page.at(-1) })
    }
    expect(found).toEqual(all.map(({ id }) => id))
    expect(new Set(found).size).toBe(5)
  })

  test('are in the audit log with author, action and reason, but without secrets', async () => {
    const { key } = await createKey(contextAt(0), { name: 'shop', scopes: ['read'], by: 'ops', reason: 'the new shop' })
    await rotateKey(contextAt(1), { id: key.id, by: 'key:other', reason: 'it was in a log' })
    await rotateKey(contextAt(2), { id: key.id })
    await deleteKey(contextAt(3), { id: key.id, reason: 'the shop is closed' })
    const rows = await database.rows(sql`
      select user_id, action, reason, done_by, details ->> 'keyId' as key_id from milepost.audit_log order by id`)
    const common = { user_id: '', key_id: key.id }
    expect(rows).toEqual([
      { ...common, action: 'create-key', reason: 'the new shop', done_by: 'ops' },
      { ...common, action: 'rotate-key', reason: 'it was in a log', done_by: 'key:other' },
      { ...common, action: 'rotate-key', reason: 'Key rotated', done_by: null },
      { ...common, action: 'delete-key', reason: 'the shop is closed', done_by: null },
    ])
  })

  test.each([{ reason: '' }, { by: '' }])('are not changed with %j', async hand => {
    const { key, secret } = await createKey(contextAt(0), { name: 'shop', scopes: ['read'] })
    const refused = { code: 'INPUT_INVALID', details: { field: Object.keys(hand)[0] } }
    await expect(rotateKey(contextAt(1), { id: key.id, ...hand })).rejects.toMatchObject(refused)
    await expect(deleteKey(contextAt(1), { id: key.id, ...hand })).rejects.toMatchObject(refused)
    expect(await opens(secret, 1)).toBe(key.id)
  })

  test('begin with one that has every right, made once of many attempts and never again', async () => {
    expect(await keyPresence(contextAt(0))).toEqual({ hasAny: false, hasLive: false })
    const made = await Promise.all(Array.from({ length: 8 }, () => createFirstKey(contextAt(0))))
    const [first, ...others] = made.filter(each => each !== null)
    expect(others).toEqual([])
    expect(first?.key.scopes).toEqual(['admin'])
    expect(await keyPresence(contextAt(0))).toEqual({ hasAny: true, hasLive: true })
    await deleteKey(contextAt(0), { id: first!.key.id })
    expect(await createFirstKey(contextAt(1))).toBeNull()
    expect(await keyPresence(contextAt(1))).toEqual({ hasAny: true, hasLive: false })
  })

  test('know when they were last used, and never an earlier time', async () => {
    const { key } = await createKey(contextAt(0), { name: 'shop', scopes: ['read'] })
    const use = (seconds: number) =>
      writeLastUsed(database.session, tables, [{ id: key.id, at: contextAt(seconds).now() }])
    await use(60)
    await use(20)
    await writeLastUsed(database.session, tables, [])
    const [listed] = await listKeys(contextAt(0), { limit: 1 })
    expect(listed?.lastUsedAt).toEqual(contextAt(60).now())
  })

  test.each([
    ['name', { name: '', scopes: ['read'] }],
    ['name', { name: 'x'.repeat(101), scopes: ['read'] }],
    ['scopes', { name: 'x', scopes: [] }],
    ['scopes', { name: 'x', scopes: ['root'] }],
    ['expiresAt', { name: 'x', scopes: ['read'], expiresAt: new Date(start) }],
    ['by', { name: 'x', scopes: ['read'], by: '' }],
  ])('are refused with a wrong %s', async (field, request) => {
    const attempt = createKey(contextAt(0), request as Parameters<typeof createKey>[1])
    await expect(attempt).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field } })
    const overlap = rotateKey(contextAt(0), { id: 'key_x', overlapSeconds: -1 })
    await expect(overlap).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'overlapSeconds' } })
  })
})
