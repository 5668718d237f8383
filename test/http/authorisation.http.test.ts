import { SignJWT } from 'jose'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Scope, scopes } from '../../src/core/users/scope.js'
import { sharedSecretKey } from '../../src/http/auth/user-token-keys.js'
import type { UserTokenOptions } from '../../src/http/auth/user-tokens.js'
import type { Operation } from '../../src/http/contract/operation.js'
import { listOperations, type OperationId } from '../../src/http/contract/operations.js'
import { createMilepostServer, type MilepostServer } from '../../src/http.js'
import { createMilestoneService, parseCatalog } from '../../src/index.js'
import { createKey, deleteKey, type KeyContext } from '../../src/service/server/api-keys.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { describeOnEach } from '../support/databases.js'

type Row = 'public' | readonly [scope: Scope, user?: 'own' | 'any' | 'when-allowed']

/** Who may call what, once more and by hand: an operation without a row here does not compile, and one that differs fails. */
const rows: Readonly<Record<OperationId, Row>> = {
  record: ['record'],
  undo: ['record'],
  foldCompletions: ['admin'],
  getUserProgress: ['read', 'own'],
  getUserBadges: ['read', 'own'],
  getUserUnlocks: ['read', 'own'],
  whatNext: ['read', 'own'],
  getUnseenBadges: ['read', 'own'],
  explain: ['read', 'own'],
  getUserSettings: ['read', 'own'],
  getBalance: ['read', 'own'],
  getCoinHistory: ['read', 'own'],
  exportUser: ['admin'],
  checkAndAwardMilestones: ['record'],
  markSeen: ['record', 'own'],
  awardBadge: ['award'],
  revokeBadge: ['award'],
  grantStreakFreeze: ['award'],
  adjustPoints: ['award'],
  spend: ['record'],
  refund: ['award'],
  updateUserSettings: ['record', 'own'],
  eraseUser: ['admin'],
  mergeUsers: ['admin'],
  renameUser: ['admin'],
  pauseStreaks: ['admin'],
  getStreakPauses: ['admin'],
  deleteStreakPause: ['admin'],
  getAllMilestones: ['read', 'any'],
  getMilestoneStatistics: ['read', 'any'],
  listMilestoneStatistics: ['read', 'any'],
  getLeaderboard: ['read', 'when-allowed'],
  getLeaderboardAmong: ['read', 'when-allowed'],
  getCatalog: ['read'],
  plan: ['admin'],
  apply: ['admin'],
  getItemLists: ['admin'],
  getItems: ['admin'],
  setItems: ['admin'],
  planItems: ['admin'],
  createWebhook: ['admin'],
  listWebhooks: ['admin'],
  getWebhook: ['admin'],
  changeWebhook: ['admin'],
  deleteWebhook: ['admin'],
  rotateWebhookSecret: ['admin'],
  testWebhook: ['admin'],
  listDeliveries: ['admin'],
  listAttempts: ['admin'],
  redeliver: ['admin'],
  createKey: ['admin'],
  listKeys: ['admin'],
  rotateKey: ['admin'],
  deleteKey: ['admin'],
  searchUsers: ['admin'],
  listTimeline: ['admin'],
  listUserMetrics: ['admin'],
  listUserLedger: ['admin'],
  getUserCalendar: ['admin'],
  rehearse: ['admin'],
  getStudioOverview: ['admin'],
  listAwards: ['admin'],
  listStudioMilestones: ['admin'],
  listStudioBoards: ['admin'],
  getTimeToEarn: ['admin'],
  listHolders: ['admin'],
  listAudit: ['admin'],
  getCatalogVersions: ['admin'],
  getDatabaseFacts: ['admin'],
  verify: ['admin'],
  stream: ['read', 'own'],
  deliverOnce: ['admin'],
  deliverOnceByGet: ['admin'],
  getHealth: 'public',
  getReadiness: 'public',
  getMetrics: ['read'],
  getOpenApi: 'public',
  getOpenApi30: 'public',
  getDocs: 'public',
}

/** The options of what users may call, once more and by hand: `users` may use them, the rest is for those with the scope. */
const options: Readonly<Partial<Record<OperationId, { readonly users: string; readonly rest?: string }>>> = {
  getUserProgress: { users: 'locale' },
  getUserBadges: { users: 'locale limit cursor' },
  whatNext: { users: 'locale limit' },
  getUnseenBadges: { users: 'locale includeBackfilled' },
  explain: { users: 'locale limit', rest: 'includeHidden=true' },
  getCoinHistory: { users: 'currency limit cursor' },
  getAllMilestones: { users: 'locale limit cursor' },
  getMilestoneStatistics: { users: '', rest: 'activeDays=8' },
  listMilestoneStatistics: { users: '', rest: 'activeDays=8' },
  getLeaderboard: { users: 'board period at around cursor group limit' },
  stream: { users: 'userId progress lastEventId access_token' },
}

const tokenSecret = 'a secret of the host of 32 bytes'
const noGood = [
  'none',
  'expired key',
  'revoked key',
  'unknown key',
  'malformed',
  'basic',
  'expired token',
  'alien token',
]
const users = ['same user', 'other user']
const kinds = [...noGood, ...scopes.map(scope => `scope ${scope}`), ...users]

const operations = listOperations()
// What is counted by the day stays in one day, whatever the time is.
const startedAt = new Date()

test('every operation has a row, and the table says the same', () => {
  const stated = operations.map(([id, { access }]) => [id, access === 'public' ? access : [access.scope, access.user]])
  const wanted = operations.map(([id]) => [id, rowOf(id)])
  expect(stated).toEqual(wanted)
  expect(Object.keys(rows).sort()).toEqual(operations.map(([id]) => id).sort())
})

test('every option of what users may call is theirs, or for those with the scope', () => {
  const stated = operations.flatMap(([id, { access, query, restricted = {} }]) => {
    const names = Object.keys(query?.shape ?? {})
    if (access === 'public' || access.user === undefined || names.length === 0) return []
    const isRestricted = (name: string): boolean => Object.hasOwn(restricted, name)
    const users = names.filter(name => !isRestricted(name)).join(' ')
    return [[id, users, names.filter(isRestricted).join(' ')]]
  })
  const wanted = Object.entries(options).map(([id, { users, rest = '' }]) => [id, users, rest.split('=')[0]])
  expect(stated).toEqual(wanted)
})

describeOnEach(['pglite', 'pg'], 'who may call', database => {
  const authorization = new Map<string, string>()
  let server: MilepostServer

  const prepare = async (): Promise<void> => {
    const now = new Date()
    const keys: KeyContext = { db: database.session, tables: tablesIn(), now: () => now }
    const made = async (name: string, scope: Scope, expiresAt?: Date) => {
      const { key, secret } = await createKey(keys, { name, scopes: [scope], expiresAt })
      authorization.set(name, `Bearer ${secret}`)
      return key
    }
    for (const scope of scopes) await made(`scope ${scope}`, scope)
    await made('expired key', 'admin', new Date(now.getTime() + 1))
    await deleteKey(keys, await made('revoked key', 'admin'))
    authorization.set('unknown key', `Bearer mp_live_${'a'.repeat(43)}`)
    authorization.set('malformed', 'Bearer mp_live_short')
    authorization.set('basic', `Basic ${Buffer.from('ann:secret').toString('base64')}`)
    authorization.set('same user', await token('ann', 600))
    authorization.set('other user', await token('ben', 600))
    authorization.set('expired token', await token('ann', -1))
    authorization.set('alien token', await token('ann', 600, 'another secret of over 32 bytes!'))
  }
  const serverWith = (userTokens: Pick<UserTokenOptions, 'attributes' | 'settings'> = {}): MilepostServer => {
    const catalog = parseCatalog({
      milestones: [{ id: 'one', title: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } }],
    })
    return createMilepostServer({
      service: createMilestoneService({ db: database.db, catalog, now: () => startedAt }),
      db: database.db,
      userTokens: { keys: [sharedSecretKey(tokenSecret)], audience: 'shop', ...userTokens },
      limits: { perCredential: false, perUser: false },
    })
  }
  beforeEach(() => {
    server = serverWith()
  })
  // It notes then when keys were last used: later it would come in the way of the next test.
  afterEach(() => server.close())

  test.each(operations)('%s', async (id, operation) => {
    await prepare()
    const answers = await Promise.all(kinds.map(kind => verdictOf(operation, authorization.get(kind))))
    expect(Object.fromEntries(kinds.map((kind, i) => [kind, answers[i]]))).toEqual(expectedOf(id, operation))
  })

  test.each(operations.filter(([id]) => options[id]?.rest))(
    '%s with an option for administrators',
    async (id, operation) => {
      await prepare()
      const verdict = (kind: string): Promise<string> =>
        verdictOf(operation, authorization.get(kind), options[id]!.rest)
      const answers = await Promise.all(kinds.map(verdict))
      const wanted = Object.entries(expectedOf(id, operation)).map(([kind, expected]) => {
        return [kind, users.includes(kind) && expected === 'allowed' ? 'FORBIDDEN' : expected]
      })
      expect(Object.fromEntries(kinds.map((kind, i) => [kind, answers[i]]))).toEqual(Object.fromEntries(wanted))
    },
  )

  test('a token in the query opens the stream, and nothing else; a key there opens nothing', async () => {
    await prepare()
    const bare = (kind: string): string => authorization.get(kind)!.replace('Bearer ', '')
    const asked = async (path: string): Promise<number> => {
      const response = await server.handler(new Request(`http://server.test${path}`))
      await response.body?.cancel()
      return response.status
    }
    expect(await asked(`/v1/stream?access_token=${bare('same user')}`)).not.toBe(401)
    expect(await asked(`/v1/stream?access_token=${bare('scope admin')}`)).toBe(401)
    expect(await asked(`/v1/users/ann/progress?access_token=${bare('same user')}`)).toBe(401)
  })

  test('users set the attributes that the host leaves to them', async () => {
    await prepare()
    const strict = serverWith({ attributes: ['course'] })
    onTestFinished(() => strict.close())
    const settings = async (asked: MilepostServer, kind: string, attributes: object): Promise<unknown> => {
      const headers = { authorization: authorization.get(kind)!, 'content-type': 'application/json' }
      const init = { method: 'PUT', headers, body: JSON.stringify({ attributes }) }
      const response = await asked.handler(new Request('http://server.test/v1/users/ann/settings', init))
      const { attributes: kept, code, errors } = (await response.json()) as Record<string, unknown>
      return kept ?? { code, errors }
    }
    expect(await settings(strict, 'same user', { course: 'b-1', team: 'red' })).toMatchObject({
      code: 'FORBIDDEN',
      errors: [{ pointer: '/attributes/team' }],
    })
    expect(await settings(strict, 'same user', { course: 'b-1' })).toEqual({ course: 'b-1' })
    expect(await settings(strict, 'scope record', { team: 'red' })).toEqual({ course: 'b-1', team: 'red' })
    expect(await settings(server, 'same user', { team: 'blue' })).toEqual({ course: 'b-1', team: 'blue' })
  })

  test('users change the settings that the host leaves to them, and their zone a few times a day', async () => {
    await prepare()
    const strict = serverWith({ settings: ['visibility'] })
    onTestFinished(() => strict.close())
    const change = async (asked: MilepostServer, kind: string, changes: object): Promise<Response> => {
      const headers = { authorization: authorization.get(kind)!, 'content-type': 'application/json' }
      const init = { method: 'PUT', headers, body: JSON.stringify(changes) }
      return asked.handler(new Request('http://server.test/v1/users/ann/settings', init))
    }
    const refused = await change(strict, 'same user', { timeZone: 'Asia/Tokyo', visibility: 'on' })
    expect(await refused.json()).toMatchObject({ code: 'FORBIDDEN', errors: [{ pointer: '/timeZone' }] })
    expect((await change(strict, 'same user', { visibility: 'on' })).status).toBe(200)
    const back = { timeZone: 'Asia/Tokyo', timeZoneSince: '2026-01-01T00:00:00Z' }
    expect((await change(server, 'same user', back)).status).toBe(403)
    const zones = ['Asia/Tokyo', 'UTC', 'Asia/Tokyo', 'UTC', 'Asia/Tokyo', 'UTC']
    const answers: Response[] = []
    for (const timeZone of zones) answers.push(await change(server, 'same user', { timeZone }))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
    expect(Number(answers[5]!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await change(server, 'scope record', back)).status).toBe(200)
  })

  test('what a user may not see is answered as what is not there', async () => {
    await prepare()
    const ask = async (path: string, kind: string): Promise<unknown> => {
      const headers = { authorization: authorization.get(kind)!, 'x-request-id': 'r' }
      const response = await server.handler(new Request(`http://server.test${path}`, { headers }))
      return [response.status, Object.fromEntries(response.headers), await response.text()]
    }
    const hidden = await ask('/v1/users/ann/progress', 'other user')
    expect(hidden).toEqual(await ask('/v1/users/nobody/progress', 'other user'))
    expect(hidden).toEqual(await ask('/v1/nothing/here', 'other user'))
  })

  async function verdictOf(operation: Operation, header: string | undefined, query = ''): Promise<string> {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => (name === 'userId' ? 'ann' : 'one'))
    const headers = new Headers(header === undefined ? [] : [['authorization', header]])
    const method = operation.method.toUpperCase()
    const response = await server.handler(new Request(`http://server.test${path}?${query}`, { method, headers }))
    const isProblem = response.headers.get('content-type') === 'application/problem+json'
    const code = isProblem ? ((await response.json()) as { code: string }).code : ''
    if (!isProblem) await response.body?.cancel()
    if (response.status === 401) return response.headers.get('www-authenticate') === 'Bearer' ? code : 'unasked'
    if (response.status === 403) return code
    // The milestone is there; so under a user, 404 says that the user is hidden.
    return response.status === 404 && operation.path.startsWith('/v1/users/') && code === 'NOT_FOUND' ? code : 'allowed'
  }
})

function expectedOf(id: OperationId, { path }: Operation): Record<string, string> {
  const row = rowOf(id)
  const of = (kind: string): string => {
    if (row === 'public') return 'allowed'
    const [scope, user] = row
    if (noGood.includes(kind)) return 'UNAUTHENTICATED'
    if (kind.startsWith('scope ')) return kind === 'scope admin' || kind === `scope ${scope}` ? 'allowed' : 'FORBIDDEN'
    if (user === undefined || user === 'when-allowed') return 'FORBIDDEN'
    return user === 'own' && kind === 'other user' && path.includes('{userId}') ? 'NOT_FOUND' : 'allowed'
  }
  return Object.fromEntries(kinds.map(kind => [kind, of(kind)]))
}

function rowOf(id: OperationId): Row {
  const row = rows[id]
  return row === 'public' ? row : [row[0], row[1]]
}

async function token(userId: string, seconds: number, secret = tokenSecret): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + seconds
  const claims = new SignJWT({ sub: userId, aud: 'shop', exp }).setProtectedHeader({ alg: 'HS256' })
  return `Bearer ${await claims.sign(new TextEncoder().encode(secret))}`
}
