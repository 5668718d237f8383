import { sql } from 'drizzle-orm'
import { SignJWT } from 'jose'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Authenticator, type AuthenticatorOptions, createAuthenticator } from '../../src/http/auth/authenticate.js'
import type { HostAuthority } from '../../src/http/auth/credential.js'
import { sharedSecretKey } from '../../src/http/auth/user-token-keys.js'
import { createKey, deleteKey, listKeys, rotateKey } from '../../src/service/server/api-keys.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'
import { watched } from '../support/watched.js'

const secret = 'a secret of the host of 32 bytes'

function requestWith(headers: Record<string, string>, path = '/v1/milestones'): Request {
  return new Request(`http://server.test${path}`, { headers })
}

function bearer(credential: string): Request {
  return requestWith({ authorization: `Bearer ${credential}` })
}

function token(userId: string, expiresInSeconds = 60): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + expiresInSeconds
  const claims = new SignJWT({ sub: userId, aud: 'shop', exp }).setProtectedHeader({ alg: 'HS256' })
  return claims.sign(new TextEncoder().encode(secret))
}

describeOnEach(everyDatabase, 'authenticating', database => {
  const context = () => ({ db: database.session, tables: tablesIn(), now: () => new Date() })
  const make = (options: Partial<AuthenticatorOptions> = {}): Authenticator => {
    const onError = (error: unknown): void => {
      throw error
    }
    const userTokens = { keys: [sharedSecretKey(secret)], audience: 'shop' }
    return createAuthenticator({ ...context(), userTokens, onError, ...options })
  }

  test('recognizes a server key by its secret, with its scopes', async () => {
    const { key, secret } = await createKey(context(), { name: 'shop', scopes: ['read'] })
    const { authenticate, isAlive, close } = make()
    const credential = await authenticate(bearer(secret))
    expect(credential).toEqual({ type: 'key', keyId: key.id, name: 'shop', scopes: new Set(['read']) })
    expect(await isAlive(credential!)).toBe(true)
    await close()
    const [listed] = await listKeys(context(), { limit: 1 })
    expect(listed?.lastUsedAt).toBeInstanceOf(Date)
  })

  test('a deleted, rotated or expired key stops working within a second, even if it was just used', async () => {
    let aheadMs = 0
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const making = ['deleted', 'rotated', 'ended'].map(name => {
      const expiresAt = name === 'ended' ? new Date(Date.now() + 3_600_000) : undefined
      return createKey(context(), { name, scopes: ['read'], expiresAt })
    })
    const made = await Promise.all(making)
    const { authenticate, isAlive } = make({ now: () => new Date(Date.now() + aheadMs) })
    const credentials = await Promise.all(made.map(({ secret }) => authenticate(bearer(secret))))
    await deleteKey(context(), { id: made[0]!.key.id })
    await rotateKey(context(), { id: made[1]!.key.id })
    aheadMs = 3_600_000
    const isAnyGood = async (): Promise<boolean> => {
      const again = await Promise.all(made.map(({ secret }) => authenticate(bearer(secret))))
      const alive = await Promise.all(credentials.map(each => isAlive(each!)))
      return again.some(each => each !== null) || alive.some(Boolean)
    }
    vi.advanceTimersByTime(1_000)
    expect(await isAnyGood()).toBe(false)
  })

  test('a rotated secret that is remembered opens nothing a second after its overlap', async () => {
    let now = new Date()
    const { key, secret } = await createKey(context(), { name: 'shop', scopes: ['read'] })
    const { authenticate, isAlive } = make({ now: () => now })
    const rotated = await rotateKey({ ...context(), now: () => now }, { id: key.id, overlapSeconds: 60 })
    const old = await authenticate(bearer(secret))
    expect([old?.type, await isAlive(old!)]).toEqual(['key', true])
    now = new Date(now.getTime() + 61_000)
    expect([await authenticate(bearer(secret)), await isAlive(old!)]).toEqual([null, false])
    expect(await authenticate(bearer(rotated!.secret))).toMatchObject({ keyId: key.id })
  })

  test('asks `authorize` again about whom it let in, and believes its end', async () => {
    let answer: HostAuthority | null | Error = { userId: 'ann', scopes: ['read'] }
    let now = new Date()
    const errors: unknown[] = []
    const { authenticate, isAlive } = make({
      recheckMs: 0,
      now: () => now,
      onError: error => errors.push(error),
      authorize: async () => {
        if (answer instanceof Error) throw answer
        return answer
      },
    })
    const credential = (await authenticate(requestWith({})))!
    expect(await isAlive(credential)).toBe(true)
    // A fault of the host is no logout.
    answer = new Error('the session store is away')
    expect([await isAlive(credential), errors]).toEqual([true, [answer]])
    for (const other of [null, { userId: 'bob', scopes: ['read'] }, { userId: 'ann' }, { scopes: ['read'] }] as const) {
      answer = other
      expect(await isAlive(credential), JSON.stringify(other)).toBe(false)
    }
    answer = { userId: 'ann', scopes: ['read', 'record'], expiresAt: new Date(now.getTime() + 1_000) }
    const ending = (await authenticate(requestWith({})))!
    expect([await isAlive(credential), await isAlive(ending)]).toEqual([true, true])
    now = new Date(now.getTime() + 1_000)
    expect([await isAlive(ending), await authenticate(requestWith({}))]).toEqual([false, null])
  })

  test('what has not the shape of a secret costs no statement, and what has it costs one a second', async () => {
    let count = 0
    const counted = watched(database.session, () => {
      count += 1
    })
    const { authenticate } = make({ db: counted })
    for (const wrong of ['mp_live_short', 'mp_live_', `mp_live_${'a'.repeat(44)}`, 'mp_test_x']) {
      expect(await authenticate(bearer(wrong))).toBeNull()
    }
    expect(count).toBe(0)
    const unknown = `mp_live_${'a'.repeat(43)}`
    await Promise.all(Array.from({ length: 20 }, () => authenticate(bearer(unknown))))
    expect(count).toBe(1)
  })

  test('recognizes a user by a token of the host, in the header, and in the query if allowed', async () => {
    const { authenticate, isAlive } = make()
    const signed = await token('ann')
    const credential = await authenticate(bearer(signed))
    expect(credential).toMatchObject({ type: 'user', userId: 'ann', expiresAt: expect.any(Date) })
    expect(await isAlive(credential!)).toBe(true)
    expect(await isAlive({ type: 'user', userId: 'ann', expiresAt: new Date(Date.now() - 1) })).toBe(false)
    const inQuery = requestWith({}, `/v1/stream?access_token=${signed}`)
    expect(await authenticate(inQuery)).toBeNull()
    expect(await authenticate(inQuery, { inQuery: true })).toMatchObject({ userId: 'ann' })
    const { secret: keySecret } = await createKey(context(), { name: 'x', scopes: ['read'] })
    const keyInQuery = requestWith({}, `/v1/stream?access_token=${keySecret}`)
    expect(await authenticate(keyInQuery, { inQuery: true })).toBeNull()
  })

  test('accepts no tokens if none are configured', async () => {
    expect(await make({ userTokens: undefined }).authenticate(bearer(await token('ann')))).toBeNull()
  })

  test.each(['', 'Bearer', 'Bearer ', 'Basic YTpi', 'Token x', 'Bearer a b', 'Bearer x, Bearer y'])(
    '"%s" is no credential',
    async header => {
      expect(await make().authenticate(requestWith({ authorization: header }))).toBeNull()
    },
  )

  test("uses the host's own decision first, then keys and tokens", async () => {
    const { key, secret } = await createKey(context(), { name: 'shop', scopes: ['read'] })
    const authorize = async (request: Request) => {
      const session = request.headers.get('x-session')
      return session === null ? null : { userId: session, scopes: ['read'] as const }
    }
    const { authenticate, isAlive } = make({ authorize })
    const credential = await authenticate(requestWith({ 'x-session': 'ann' }))
    expect(credential).toEqual({ type: 'host', userId: 'ann', scopes: new Set(['read']) })
    expect(await isAlive(credential!)).toBe(true)
    expect(await authenticate(bearer(secret))).toMatchObject({ keyId: key.id })
    expect(await authenticate(requestWith({}))).toBeNull()
    const wrong = make({ authorize: () => ({ scopes: ['root'] }) as never })
    await expect(wrong.authenticate(requestWith({}))).rejects.toThrow('scope "root"')
  })

  test('a database failure is not reported as a wrong credential', async () => {
    const { secret } = await createKey(context(), { name: 'shop', scopes: ['read'] })
    const { authenticate } = make({ tables: tablesIn('elsewhere') })
    await expect(authenticate(bearer(secret))).rejects.toMatchObject({ code: 'SCHEMA_MISSING' })
    expect(await database.rows(sql`select from milepost.api_keys`)).toHaveLength(1)
  })
})
