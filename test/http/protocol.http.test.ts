import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createMilepostServer } from '../../src/http.js'
import { createMilestoneService, parseCatalog } from '../../src/index.js'
import { describeOnEach } from '../support/databases.js'
import { type HttpClient, httpClient } from '../support/http-client.js'

const app = 'https://app.example'
const intro = { userId: 'ann', category: 'tutorial', itemKey: 'intro' }

describeOnEach(['pglite'], 'the protocol', database => {
  const client = (options: Parameters<typeof httpClient>[1] = {}): HttpClient => httpClient(database.db, options)

  test('what was read before is answered 304 until it changes', async () => {
    const { send } = client()
    const first = await send('GET', '/v1/users/ann/progress')
    const headers = { 'if-none-match': `"other", W/${first.headers.get('etag')}` }
    const second = await send('GET', '/v1/users/ann/progress', { headers })
    expect([second.status, second.body]).toEqual([304, ''])
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'))
    await send('PUT', '/v1/users/ann/settings', { body: { visibility: 'off' } })
    expect((await send('GET', '/v1/users/ann/progress', { headers })).status).toBe(200)
  })

  test('HEAD is GET without the body, OPTIONS names the methods, another one is refused with them', async () => {
    const { send } = client()
    const head = await send('HEAD', '/v1/users/ann/progress')
    expect([head.status, head.body]).toEqual([200, ''])
    const options = await send('OPTIONS', '/v1/completions', { scopes: null })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS'])
    const patch = await send('PATCH', '/v1/users/ann/progress')
    expect([patch.status, patch.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    expect(patch.body.code).toBe('METHOD_NOT_ALLOWED')
  })

  test('an unknown address and another user get the same answer', async () => {
    const authorize = () => ({ userId: 'ann' })
    const { send } = client({ authorize })
    const own = await send('GET', '/v1/users/ann/progress')
    expect(own.status).toBe(200)
    const paths = ['/v1/users/bob/progress', '/v1/nothing', '/v1/users/ann/milestones/none/explanation']
    const [foreign, ...others] = await Promise.all(paths.map(path => send('GET', path)))
    for (const other of others) {
      expect(other.status).toBe(404)
      expect({ ...other.body, requestId: '' }).toEqual({ ...foreign!.body, requestId: '' })
    }
    expect((await send('POST', '/v1/completions', { body: intro })).status).toBe(403)
  })

  test('pages of listed origins may call, and of no others', async () => {
    const { send } = client({ cors: { origins: [app] } })
    const asked = { 'access-control-request-method': 'POST' }
    const preflight = await send('OPTIONS', '/v1/completions', { headers: { origin: app, ...asked }, scopes: null })
    expect(preflight.headers.get('access-control-allow-origin')).toBe(app)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization')
    const call = await send('GET', '/v1/users/ann/badges', { headers: { origin: app } })
    expect(call.headers.get('access-control-allow-origin')).toBe(app)
    expect(call.headers.get('vary')).toBe('Authorization, Origin')
    for (const origin of ['https://evil.example', 'null', `${app}.evil.example`, 'http://app.example']) {
      const other = await send('OPTIONS', '/v1/completions', { headers: { origin, ...asked }, scopes: null })
      expect(other.headers.get('access-control-allow-origin')).toBeNull()
      expect(other.headers.get('access-control-allow-methods')).toBeNull()
    }
  })

  test.each(['*', 'https://app.example/', 'app.example', 'null'])('%s is not a valid origin', origin => {
    expect(() => client({ cors: { origins: [origin] } })).toThrow('cors.origins')
  })

  test('every answer carries its id and what keeps browsers safe', async () => {
    const { send } = client()
    const given = await send('GET', '/v1/nothing', { headers: { 'x-request-id': 'abc-1' } })
    expect(given.headers.get('x-request-id')).toBe('abc-1')
    expect(given.body.requestId).toBe('abc-1')
    const made = await send('GET', '/healthz', { headers: { 'x-request-id': 'not <plain>' } })
    expect(made.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
    expect(made.headers.get('x-content-type-options')).toBe('nosniff')
    expect(made.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('a body that is too large is refused, even if its length header is wrong', async () => {
    const { send } = client()
    const body = JSON.stringify({ badgeIds: ['x'.repeat(300_000)] })
    const large = await send('POST', '/v1/users/ann/seen', { body })
    expect([large.status, large.body.code]).toEqual([413, 'BODY_TOO_LARGE'])
    const lying = await send('POST', '/v1/users/ann/seen', { body, headers: { 'content-length': '10' } })
    expect(lying.status).toBe(413)
    const many = Array.from({ length: 1001 }, (_, i) => ({ ...intro, itemKey: String(i) }))
    expect((await send('POST', '/v1/completions', { body: many })).body.code).toBe('BATCH_TOO_LARGE')
  })

  test('an endless body is cut off at the limit', async () => {
    let chunkCount = 0
    const body = new ReadableStream({
      pull: controller => {
        chunkCount += 1
        controller.enqueue(new Uint8Array(64 * 1024))
      },
    })
    const { server } = client()
    const headers = { 'x-test-scopes': 'admin', 'content-type': 'application/json' }
    const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit
    const response = await server.handler(new Request('http://test/v1/users/ann/seen', init))
    expect(response.status).toBe(413)
    expect(chunkCount).toBeLessThan(8)
  })

  test('nesting is bounded, and brackets in texts do not count', async () => {
    const { send } = client()
    const deep = `${'['.repeat(6000)}${']'.repeat(6000)}`
    expect((await send('POST', '/v1/users/ann/seen', { body: deep })).body.code).toBe('BODY_TOO_LARGE')
    const brackets = { badgeIds: [`${'['.repeat(50)}\\"${'{'.repeat(50)}`] }
    expect((await send('POST', '/v1/users/ann/seen', { body: brackets })).status).toBe(200)
    const metadata = JSON.parse(`${'{"a":'.repeat(16)}1${'}'.repeat(16)}`)
    expect((await send('POST', '/v1/completions', { body: [{ ...intro, metadata }] })).status).toBe(200)
  })

  test('only JSON is taken', async () => {
    const { send } = client()
    const headers = { 'content-type': 'text/plain' }
    expect((await send('POST', '/v1/completions', { body: intro, headers })).status).toBe(415)
    const named = { 'content-type': 'application/json; charset=utf-8' }
    expect((await send('POST', '/v1/completions', { body: intro, headers: named })).status).toBe(200)
    expect((await send('POST', '/v1/completions')).status).toBe(400)
  })

  test('unknown, repeated and out-of-range parameters are refused', async () => {
    const { send } = client()
    for (const query of [
      'user=bob',
      'limit=1&limit=2',
      'limit=0',
      'limit=101',
      'limit=1e1',
      'locale=',
      '__proto__=1',
    ]) {
      expect((await send('GET', `/v1/users/ann/badges?${query}`)).status, query).toBe(400)
    }
    expect((await send('GET', '/v1/users/ann/unlocks?x=1')).status).toBe(400)
  })

  test('a caller who exceeds the rate limit is told when to retry', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const { send } = client({ limits: { perUser: { perSecond: 1, burst: 2 } } })
    const statuses = []
    for (let i = 0; i < 3; i += 1) statuses.push((await send('GET', '/v1/users/ann/unlocks')).status)
    expect(statuses).toEqual([200, 200, 429])
    expect((await send('GET', '/v1/users/ann/unlocks')).headers.get('retry-after')).toBe('1')
    expect((await send('GET', '/v1/users/bob/unlocks')).status).toBe(200)
  })

  test('ids keep their characters on the way through an address', async () => {
    const { send } = client()
    for (const userId of ['a/b', 'a%2Fb', 'ä ö', '100%', 'a?b#c', '😀']) {
      const { body } = await send('GET', `/v1/users/${encodeURIComponent(userId)}/progress`)
      expect(body.userId).toBe(userId)
    }
  })

  test('a server works under a path of the host', async () => {
    const { send } = client({ basePath: '/api/milepost' })
    expect((await send('GET', '/api/milepost/v1/users/ann/unlocks')).status).toBe(200)
    expect((await send('GET', '/v1/users/ann/unlocks')).status).toBe(404)
  })

  test('logs name no user, no query and no body', async () => {
    const lines: string[] = []
    const log = (fields: object, message: string) => void lines.push(JSON.stringify([fields, message]))
    const { send } = client({ logger: { info: log, warn: log, error: log } })
    await send('GET', '/v1/users/canary-user/badges?query=canary-query', {})
    await send('POST', '/v1/completions', { body: { ...intro, itemKey: 'canary-body', more: 1 } })
    await send('GET', '/canary-path', {})
    expect(lines).toHaveLength(3)
    expect(lines.join()).not.toContain('canary')
    expect(JSON.parse(lines[0]!)[0]).toMatchObject({ route: '/v1/users/{userId}/badges', status: 400, method: 'GET' })
  })

  test('metrics are in the format of Prometheus', async () => {
    const { send } = client()
    await send('POST', '/v1/completions', { body: [intro, intro] })
    const { body } = await send('GET', '/metrics')
    expect(body).toContain('milepost_http_requests_total{method="POST",route="/v1/completions",status="200"} 1')
    expect(body).toContain('milepost_completions_total{status="duplicate"} 1')
    expect(body).toContain('_bucket{method="POST",route="/v1/completions",le="+Inf"} 1')
  })
})

describe('a server over a database that fails', () => {
  const failing = (error: unknown): HttpClient['send'] => {
    const fail = () => Promise.reject(error)
    const db = { query: fail, connect: fail, totalCount: 0, listenerCount: () => 1, on: () => {} }
    const service = createMilestoneService({ db, catalog: parseCatalog({ milestones: [] }), whenUnapplied: 'warn' })
    const server = createMilepostServer({ service, db, authorize: () => ({ scopes: ['admin'] }) })
    onTestFinished(() => server.close())
    return async (method, path) => {
      const response = await server.handler(new Request(`http://test${path}`, { method }))
      return { status: response.status, headers: response.headers, body: await response.json() }
    }
  }

  test('is to be asked again where the connection was lost', async () => {
    const send = failing(Object.assign(new Error('connect to secret-host'), { code: 'ECONNREFUSED' }))
    const { status, headers, body } = await send('GET', '/v1/users/ann/progress')
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '5', 'DATABASE_FAILED'])
    expect(JSON.stringify(body)).not.toContain('secret')
  })

  test('says nothing of what the database said', async () => {
    const send = failing(Object.assign(new Error('column secret_column is wrong'), { code: '42703' }))
    const { status, body } = await send('GET', '/v1/users/ann/progress')
    expect([status, body.code]).toEqual([500, 'DATABASE_FAILED'])
    expect(JSON.stringify(body)).not.toContain('secret')
  })
})
