import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { listOperations } from '../../src/http/contract/operations.js'
import { createMilepostServer } from '../../src/http.js'
import { createMilestoneService, parseCatalog } from '../../src/index.js'
import { createKey } from '../../src/service/server/api-keys.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { describeOnEach } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'
import { watched } from '../support/watched.js'

const count = (target: number) => ({ type: 'count', category: 'lesson', target })
const catalog = { milestones: [{ id: 'one', title: 'One', requirement: count(1) }] }
const cursorOf = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url')

const strange = [2 ** 31, -8.64e15, 0.5, '\0', '9'.repeat(18), null]
const hostileCursors = [
  ...strange.flatMap(part => [
    cursorOf([part]),
    cursorOf([0, part, 'a']),
    cursorOf([part, 'key_a']),
    cursorOf(['0', '', '', '', '', part]),
    cursorOf([`-${'9'.repeat(18)}`, 'a', part]),
  ]),
  cursorOf({}),
  'not a cursor',
]

describeOnEach(['pglite', 'pg'], 'a hostile caller', database => {
  const open = (options: Parameters<typeof httpClient>[1] = {}) => {
    return httpClient(database.db, { catalog, limits: { perUser: false, perCredential: false }, ...options })
  }

  test('gets 400 for a cursor that no list gave, at every list', async () => {
    const { send } = open()
    const webhook = await send('POST', '/v1/webhooks', { body: { url: 'https://example.com/' } })
    const paths = listOperations()
      .filter(([, { isPaged }]) => isPaged)
      .map(([id, { path }]) => {
        const at = id === 'listDeliveries' ? webhook.body.webhook.id : 'one'
        return path.replace(/\{(\w+)\}/g, (_, name) => (name === 'userId' ? 'ann' : at))
      })
    const ask = async (path: string, cursor: string): Promise<void> => {
      const { status, body } = await send('GET', `${path}?cursor=${encodeURIComponent(cursor)}`)
      expect([200, 400], `${path} ${cursor} ${JSON.stringify(body)}`).toContain(status)
    }
    for (const path of paths) await Promise.all(hostileCursors.map(cursor => ask(path, cursor)))
    for (const cursor of hostileCursors) {
      expect([200, 400], cursor).toContain((await send('POST', '/v1/studio/verify', { body: { cursor } })).status)
    }
    expect((await send('GET', `/v1/leaderboard?cursor=${cursorOf([0, -8.64e15, 'a'])}`)).status).toBe(400)
  })

  test.each(['%00', 'a%00b', '%C0%AF', '%', '%ff', '%ED%A0%80', '..%2f', '%2e%2e', '%EF%BB%BF'])(
    'gets no 5xx for %s anywhere in an address',
    async part => {
      const { send } = open({ studio: true })
      for (const [, { method, path, query }] of listOperations()) {
        if (path === '/v1/stream' || path === '/metrics') continue
        const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
        const paths = names.map(name => path.replace(`{${name}}`, part).replace(/\{\w+\}/g, 'one'))
        const queries = Object.keys(query?.shape ?? {}).map(
          name => `${path.replace(/\{\w+\}/g, 'one')}?${name}=${part}`,
        )
        for (const address of [...paths, ...queries]) {
          const { status, body } = await send(method.toUpperCase(), address)
          expect(status, `${method} ${address} ${JSON.stringify(body)}`).toBeLessThan(500)
        }
      }
      for (const address of [`/${part}`, `/studio/${part}`, `/v1/${part}`, `/studio/assets/${part}`]) {
        expect((await send('GET', address)).status, address).toBeLessThan(500)
      }
    },
  )

  test('gets 400 for a NUL in a body, and nothing is written', async () => {
    const { send } = open()
    const bodies: readonly (readonly [string, string, unknown])[] = [
      ['POST', '/v1/webhooks', { url: 'https://example.com/\0' }],
      ['POST', '/v1/keys', { name: 'a\0b', scopes: ['read'] }],
      ['POST', '/v1/users/ann/award', { badgeId: 'one', reason: '\0' }],
      ['POST', '/v1/users/ann/erase', { reason: 'a\ud800' }],
      ['PUT', '/v1/users/ann/settings', { attributes: { team: '\0' } }],
      ['POST', '/v1/studio/users/ann/rehearse', { action: 'award', badgeId: '\0' }],
      ['POST', '/v1/users/ann/seen', { badgeIds: ['\0'] }],
    ]
    for (const [method, path, body] of bodies) {
      expect((await send(method, path, { body })).body, path).toMatchObject({ status: 400 })
    }
    expect(await database.rows(sql`select from milepost.audit_log`)).toEqual([])
  })

  test('piles up no records by calls that mark nothing, and few by those that do', async () => {
    const { send, service } = open()
    const seen = (key: string, badgeIds: readonly string[]) =>
      send('POST', '/v1/users/ann/seen', { user: 'ann', headers: { 'idempotency-key': key }, body: { badgeIds } })
    await service.record({ userId: 'ann', category: 'lesson', itemKey: 'a' })
    expect((await seen('first', ['one'])).body).toEqual({ seen: ['one'] })
    for (let i = 0; i < 60; i++)
      expect((await seen(`again ${i}`.replace(' ', '-'), ['one'])).body).toEqual({ seen: [] })
    const records = sql`select from milepost.idempotency_records`
    expect(await database.rows(records)).toHaveLength(1)
    expect((await seen('first', ['one'])).headers.get('idempotent-replayed')).toBe('true')
    // Refusals are answers too.
    for (let i = 0; i < 53; i++) {
      const { status } = await send('POST', '/v1/users/ann/seen', {
        ...{ user: 'ann', headers: { 'idempotency-key': `bad-${i}` } },
        body: { badgeIds: [i] },
      })
      expect(status).toBe(400)
    }
    expect(await database.rows(records)).toHaveLength(50)
  })

  test('of two services that `authorize` let in, one gets nothing of the other by its key', async () => {
    const scopes = ['admin'] as const
    const service = createMilestoneService({ db: database.db, catalog: parseCatalog(catalog), whenUnapplied: 'warn' })
    const server = createMilepostServer({
      ...{ service, db: database.db, deliver: false },
      authorize: request => {
        const name = request.headers.get('x-service')
        return { scopes, ...(name !== null && { name }) }
      },
    })
    onTestFinished(() => server.close())
    const post = async (path: string, body: object, caller: string | null) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': 'the-same' }
      const named = caller === null ? headers : { ...headers, 'x-service': caller }
      const init = { method: 'POST', headers: named, body: JSON.stringify(body) }
      const response = await server.handler(new Request(`http://server.test${path}`, init))
      return (await response.json()) as { readonly secret?: string; readonly code?: string; readonly seen?: string[] }
    }
    const makeKey = (caller: string | null) => post('/v1/keys', { name: 'shop', scopes: ['read'] }, caller)
    const [first, second, again] = [await makeKey('billing'), await makeKey('mail'), await makeKey('billing')]
    expect(again).toEqual(first)
    expect(second.secret).not.toBe(first.secret)
    expect(await makeKey(null)).toMatchObject({ code: 'IDEMPOTENCY_KEY_INVALID' })
    // A page under such a server celebrates all the same.
    await service.record({ userId: 'ann', category: 'lesson', itemKey: 'a' })
    const mark = () => post('/v1/users/ann/seen', { badgeIds: ['one'] }, null)
    expect([await mark(), await mark()]).toEqual([{ seen: ['one'] }, { seen: [] }])
  })

  test('guessing keys costs only a few statements, and a valid key still works', async () => {
    let lookUpCount = 0
    const db = watched(database.session, text => {
      if (/api_keys/.test(text) && /secret_hash/.test(text)) lookUpCount += 1
    })
    const keys = { db: database.session, tables: tablesIn(), now: () => new Date() }
    const server = createMilepostServer({
      service: createMilestoneService({ db, catalog: parseCatalog(catalog), whenUnapplied: 'warn' }),
      ...{ db, deliver: false },
    })
    onTestFinished(() => server.close())
    const ask = async (secret: string) => {
      const headers = { authorization: `Bearer ${secret}` }
      return (await server.handler(new Request('http://server.test/v1/milestones', { headers }))).status
    }
    const guess = (i: number) => ask(`mp_live_${String(i).padStart(43, '0')}`)
    const answers = await Promise.all(Array.from({ length: 2_000 }, (_, i) => guess(i)))
    expect(new Set(answers)).toEqual(new Set([401]))
    expect(lookUpCount).toBeLessThan(100)
    const { secret } = await createKey(keys, { name: 'shop', scopes: ['read'] })
    const guesses = Promise.all(Array.from({ length: 500 }, (_, i) => guess(-i)))
    await expect.poll(() => ask(secret)).toBe(200)
    await guesses
  })
})

const tiny = (id: string, more: object = {}) => ({ id, title: `Title of ${id}`, requirement: count(9), ...more })
const named = (...ids: readonly string[]) => ({ type: 'milestones', ids })
const secrets = {
  milestones: [
    tiny('open'),
    tiny('canary-hidden', { hidden: true, reward: { unlocks: ['canary-door'] }, description: 'canary' }),
    tiny('canary-veiled', { hidden: 'until-earned' }),
    tiny('canary-tiers', { hidden: true, requirement: { type: 'count', category: 'lesson' }, tiers: [20, 30] }),
    tiny('canary-times', { hidden: true, repeatable: { max: 5 } }),
    tiny('after', { after: ['canary-hidden', 'open'] }),
    tiny('ids', { requirement: named('canary-hidden', 'canary-veiled', 'canary-times@2', 'open') }),
    tiny('deep', {
      requirement: { type: 'some', of: [{ type: 'all', of: [named('canary-veiled')] }, count(3)], target: 1 },
    }),
    tiny('gone', { retired: true, after: ['canary-hidden'] }),
  ],
}

describeOnEach(['pglite', 'pg'], 'hidden milestones', database => {
  // What administrators read of the catalog itself.
  const ofTheCatalog = [
    'getCatalog',
    'exportUser',
    'listStudioMilestones',
    'listHolders',
    'getOpenApi',
    'getOpenApi30',
    'getDocs',
  ]
  const reads = listOperations().filter(([id, { method }]) => method === 'get' && id !== 'stream')

  test.each(reads.filter(([id]) => !ofTheCatalog.includes(id)))(
    'are not revealed by %s to any caller',
    async (id, { path }) => {
      const { send, service } = httpClient(database.db, {
        catalog: secrets,
        limits: { perUser: false, perCredential: false },
      })
      await service.record({ userId: 'ann', category: 'lesson', itemKey: 'a' })
      const ids = ['open', 'after', 'ids', 'deep', 'canary-hidden', 'canary-veiled', 'canary-tiers', 'nothing']
      const callers = [{ user: 'ann' }, { scopes: ['read'] as const }, { scopes: ['admin'] as const }, { scopes: null }]
      for (const caller of callers) {
        for (const milestone of path.includes('{id}') ? ids : ['']) {
          const address = path.replace('{userId}', 'ann').replace('{id}', milestone)
          const { status, body } = await send('GET', `${address}`, caller)
          // What was asked for may be said again.
          const said = JSON.stringify(body).replaceAll(milestone || 'nothing', '')
          expect(said, `${id} ${status}`).not.toMatch(/canary/)
        }
      }
    },
  )

  test('are named to no user by an option that is for administrators', async () => {
    const { send } = httpClient(database.db, { catalog: secrets })
    const path = '/v1/users/ann/milestones/canary-hidden/explanation?includeHidden=true'
    expect((await send('GET', path, { user: 'ann' })).body).toMatchObject({ code: 'FORBIDDEN' })
    expect((await send('GET', path, { scopes: ['read'] })).body).toMatchObject({ milestone: expect.anything() })
  })

  test('leave the target of what rests on them as it was', async () => {
    const { send } = httpClient(database.db, { catalog: secrets })
    const { body } = await send('GET', '/v1/milestones?limit=100', { user: 'ann' })
    const shown = Object.fromEntries(body.milestones.map((each: { id?: string }) => [each.id, each]))
    expect(shown.after.after).toEqual(['open'])
    expect(shown.ids.requirement).toEqual({ type: 'milestones', ids: ['open'], target: 4 })
    expect(shown.deep.requirement.of[0].of[0]).toEqual({ type: 'milestones', ids: [], target: 1 })
  })
})
