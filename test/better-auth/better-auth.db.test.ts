import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { beforeEach, describe, expect, test } from 'vitest'
import { milepost, sessionAuthority } from '../../src/better-auth.js'
import { createMilepostServer } from '../../src/http.js'
import { createMilestoneService, defineCatalog, type MilestoneService } from '../../src/index.js'
import { describeOnEach } from '../support/databases.js'
import { accountTables, createAccountTables } from './account-tables.js'

const catalog = defineCatalog({
  milestones: [{ id: 'first', title: 'First', requirement: { type: 'count', category: 'lesson', target: 1 } }],
})
const key = { kty: 'oct', alg: 'HS256', k: 'bWlsZXBvc3QtYmV0dGVyLWF1dGgtdGVzdC1zZWNyZXQtMQ' }
const lesson = (userId: string, itemKey: string) => ({ userId, category: 'lesson', itemKey })

describeOnEach(['pglite'], 'Better Auth', database => {
  let service: MilestoneService
  beforeEach(async () => {
    service = createMilestoneService({ db: database.client, catalog })
    await createAccountTables(database.client)
  })

  const authWith = (options: Partial<Parameters<typeof milepost>[0]> = {}) =>
    betterAuth({
      baseURL: 'http://app.test',
      secret: 'a secret of this test, long enough for Better Auth',
      database: drizzleAdapter(drizzle({ client: database.client }), { provider: 'pg', schema: accountTables }),
      emailAndPassword: { enabled: true },
      user: { deleteUser: { enabled: true } },
      plugins: [milepost({ service, ...options })],
      logger: { disabled: true },
      telemetry: { enabled: false },
    })
  type Auth = ReturnType<typeof authWith>

  /** Signs up and returns the user's id and the headers that carry the session. */
  const signUp = async (auth: Auth, given: Record<string, string> = {}) => {
    const body = { email: 'ann@app.test', name: 'Ann', password: 'correct horse battery' }
    const { headers, response } = await auth.api.signUpEmail({ body, headers: new Headers(given), returnHeaders: true })
    const cookie = headers
      .getSetCookie()
      .map(line => line.split(';')[0])
      .join('; ')
    return { userId: response.user.id, headers: new Headers({ cookie, origin: 'http://app.test' }) }
  }

  test('a session is a user of a server in the same app', async () => {
    const auth = authWith()
    const { userId, headers } = await signUp(auth)
    await service.record(lesson(userId, 'intro'))
    const server = createMilepostServer({ service, db: database.client, authorize: sessionAuthority(auth) })
    const read = async (path: string, given: Headers) =>
      (await server.handler(new Request(`http://app.test/v1/users/${path}/badges`, { headers: given }))).status
    expect(await read(userId, headers)).toBe(200)
    expect(await read('somebody-else', headers)).toBe(404)
    expect(await read(userId, new Headers())).toBe(401)
    await auth.api.signOut({ headers })
    expect(await read(userId, headers)).toBe(401)
    await server.close()
  })

  test('gives a token that a server elsewhere accepts, for a session only', async () => {
    const auth = authWith({ tokens: { key, audience: 'app', issuer: 'http://app.test' } })
    const { userId, headers } = await signUp(auth)
    const { token, expiresAt } = await auth.api.getMilepostToken({ headers })
    expect(expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 900_000)
    const userTokens = { keys: [key], audience: 'app', issuer: 'http://app.test' }
    const server = createMilepostServer({ service, db: database.client, userTokens })
    const authorization = `Bearer ${token}`
    const request = new Request(`http://elsewhere.test/v1/users/${userId}/progress`, { headers: { authorization } })
    expect((await server.handler(request)).status).toBe(200)
    await server.close()
    await expect(auth.api.getMilepostToken({ headers: new Headers() })).rejects.toMatchObject({ statusCode: 401 })
  })

  test('has no token where nothing says how to sign it', async () => {
    const auth = authWith()
    const { headers } = await signUp(auth)
    await expect(auth.api.getMilepostToken({ headers })).rejects.toMatchObject({ statusCode: 404 })
  })

  test('takes over the time zone that the request names at sign-in, and ignores one that nobody knows', async () => {
    const auth = authWith({ tokens: { key, audience: 'app' } })
    const { userId, headers } = await signUp(auth, { 'x-time-zone': 'Europe/Berlin', 'cf-timezone': 'Asia/Tokyo' })
    expect((await service.getUserSettings(userId)).timeZone).toBe('Europe/Berlin')
    headers.set('x-time-zone', 'Middle/Earth')
    await auth.api.getMilepostToken({ headers })
    expect((await service.getUserSettings(userId)).timeZone).toBe('Europe/Berlin')
    headers.set('x-time-zone', 'America/Denver')
    await auth.api.getMilepostToken({ headers })
    expect((await service.getUserSettings(userId)).timeZone).toBe('America/Denver')
  })

  describe('deleting the user', () => {
    test('erases everything that is known about them', async () => {
      const auth = authWith()
      const { userId, headers } = await signUp(auth)
      await service.record(lesson(userId, 'intro'))
      await auth.api.deleteUser({ headers, body: { password: 'correct horse battery' } })
      expect(await service.getUserBadges(userId)).toEqual([])
      await expect(service.record(lesson(userId, 'again'))).rejects.toMatchObject({ code: 'USER_ERASED' })
    })

    test('fails as a whole where that cannot be erased', async () => {
      const broken = { ...service, eraseUser: () => Promise.reject(new Error('the database is away')) }
      const auth = authWith({ service: broken })
      const { userId, headers } = await signUp(auth)
      await expect(auth.api.deleteUser({ headers, body: { password: 'correct horse battery' } })).rejects.toThrow()
      expect(await database.rows(sql`select id from "user"`)).toEqual([{ id: userId }])
    })
  })
})
