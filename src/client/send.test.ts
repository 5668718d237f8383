import { expect, onTestFinished, test } from 'vitest'
import { createClient } from './client.js'
import { isClientError } from './client-error.js'
import type { ClientOptions } from './client-options.js'

const completion = { userId: 'ann', category: 'lesson', itemKey: 'a' }
const busy = (headers: Record<string, string> = {}): Response =>
  Response.json({ code: 'USER_BUSY', detail: 'held', requestId: 'r1' }, { status: 503, headers })
const fine = (): Response => Response.json({ status: 'recorded' })

test('a call that did not come through is made again with the same key', async () => {
  const { client, requests } = clientOf([new TypeError('cut'), busy(), fine()])
  expect(await client.record(completion)).toEqual({ status: 'recorded' })
  expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['key-1', 'key-1', 'key-1'])
})

test('two calls have two keys, and a reading has none', async () => {
  const { client, requests } = clientOf([fine(), fine(), fine()])
  await client.record(completion)
  await client.record(completion)
  await client.getUserProgress('ann')
  expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['key-1', 'key-2', undefined])
})

test('the caller may name the key', async () => {
  const { client, requests } = clientOf([fine()])
  await client.awardBadge('ann', 'a', { reason: 'kind' }, { idempotencyKey: 'mine' })
  expect(requests[0]!.headers['idempotency-key']).toBe('mine')
})

test('waits grow and are spread, and are never shorter than the server asks for', async () => {
  const { client, waits } = clientOf([busy(), busy(), busy({ 'retry-after': '2' }), fine()])
  await client.record(completion)
  expect(waits).toEqual([150, 250, 2400])
})

test('a date to come again is taken as well', async () => {
  const { client, waits } = clientOf([busy({ 'retry-after': 'Mon, 01 Jun 2026 12:00:05 GMT' }), fine()], {
    now: () => Date.parse('2026-06-01T12:00:00Z'),
  })
  await client.record(completion)
  expect(waits).toEqual([5100])
})

test('after the last try the error has the code, status, request and wait', async () => {
  const { client, requests } = clientOf([busy(), busy(), busy(), busy({ 'retry-after': '1' })])
  const error = await client.record(completion).catch(error => error)
  expect(isClientError(error)).toBe(true)
  expect(error).toMatchObject({
    code: 'USER_BUSY',
    status: 503,
    message: 'held',
    requestId: 'r1',
    retryAfterMs: 1000,
    errors: [],
  })
  expect(requests).toHaveLength(4)
})

test('a caller who would have to wait for minutes gets the error at once', async () => {
  const { client, waits } = clientOf([busy({ 'retry-after': '300' })])
  await expect(client.record(completion)).rejects.toMatchObject({ retryAfterMs: 300_000 })
  expect(waits).toEqual([])
})

test.each([400, 403, 404, 409, 410, 422, 500, 501])('a refusal with %i is not tried again', async status => {
  const { client, requests } = clientOf([
    Response.json({ code: 'ANY', errors: [{ pointer: '/a', detail: 'b' }] }, { status }),
  ])
  await expect(client.checkAndAwardMilestones('ann')).rejects.toMatchObject({
    status,
    errors: [{ pointer: '/a', detail: 'b' }],
  })
  expect(requests).toHaveLength(1)
})

test('a call is retried while its first try is still running', async () => {
  const { client } = clientOf([Response.json({ code: 'IDEMPOTENCY_IN_FLIGHT' }, { status: 409 }), fine()])
  await client.awardBadge('ann', 'a', { reason: 'kind' })
})

test('an answer that is not of this server says so', async () => {
  const { client } = clientOf([new Response('<h1>Not found</h1>', { status: 404 }), new Response('<h1>Hi</h1>')])
  await expect(client.getUserProgress('ann')).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 404 })
  await expect(client.getUserProgress('ann')).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 200 })
})

test('a refused token is asked for once more', async () => {
  const asked: boolean[] = []
  const refused = (): Response => Response.json({ code: 'UNAUTHENTICATED' }, { status: 401 })
  const { client, requests } = clientOf([refused(), fine(), refused(), refused()], {
    token: ({ isRefused }) => {
      asked.push(isRefused)
      return isRefused ? 'fresh' : 'stale'
    },
  })
  await client.getUserProgress('ann')
  expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer stale', 'Bearer fresh'])
  await expect(client.getUserProgress('ann')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(asked).toEqual([false, true, false, true])
})

test('an aborted call rejects with its reason and is not tried again', async () => {
  const { client, requests } = clientOf([new TypeError('cut'), fine()])
  const signal = AbortSignal.abort(new Error('gone'))
  await expect(client.getUserProgress('ann', { signal })).rejects.toThrow('gone')
  expect(requests).toHaveLength(1)
})

test('a call that hangs ends in time', async () => {
  const fetch: typeof globalThis.fetch = (_, init) =>
    new Promise((_, reject) => init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason)))
  const client = createClient({ baseUrl: 'http://test', fetch, timeoutMs: 1, retries: 0 })
  await expect(client.getUserProgress('ann')).rejects.toMatchObject({ code: 'TIMEOUT' })
})

test('names in addresses are written so that they are one part each', async () => {
  const { client, requests } = clientOf([fine(), Response.json({ milestones: [], next: null })])
  await client.undo({ userId: 'a/b', category: 'c?', itemKey: 'd e' }, { reason: 'no & yes' })
  await client.listed()
  expect(requests[0]!.url).toBe('http://test/base/v1/users/a%2Fb/completions/c%3F/d%20e?reason=no+%26+yes')
  expect(requests[1]!.url).toBe('http://test/base/v1/milestones?limit=100&locale=pt-BR')
  await expect(client.getUserProgress('..')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})

type Sent = { readonly url: string; readonly headers: Record<string, string> }

/** A client whose server answers from a list, whose keys are counted, and who waits for nothing. */
function clientOf(answers: readonly (Response | Error)[], options: Partial<ClientOptions> = {}) {
  const left = [...answers]
  const [requests, waits]: [Sent[], number[]] = [[], []]
  let keyCount = 0
  const client = createClient({
    baseUrl: 'http://test/base/',
    fetch: async (url, init) => {
      requests.push({ url: String(url), headers: init!.headers as Record<string, string> })
      const answer = left.shift()!
      if (answer instanceof Error) throw answer
      return answer
    },
    random: () => 0.5,
    sleep: async ms => void waits.push(ms),
    newKey: () => `key-${++keyCount}`,
    ...options,
  })
  return { requests, waits, client: { ...client, listed: () => client.getAllMilestones({ locale: 'pt-BR' }) } }
}

test('the client needs nothing that browsers of 2023 lack, and no page by HTTPS', async () => {
  const { any, timeout } = AbortSignal
  const { randomUUID } = crypto
  Object.assign(AbortSignal, { any: undefined, timeout: undefined })
  Object.assign(crypto, { randomUUID: undefined })
  onTestFinished(() => {
    Object.assign(AbortSignal, { any, timeout })
    Object.assign(crypto, { randomUUID })
  })
  const over = new AbortController()
  const keys: (string | null)[] = []
  const client = createClient({
    baseUrl: '',
    fetch: async (_, init) => {
      keys.push(new Headers(init!.headers).get('idempotency-key'))
      return Response.json({ status: 'undone', revoked: [] })
    },
  })
  await client.undo({ userId: 'ann', category: 'c', itemKey: 'a' }, { reason: 'mistake' }, { signal: over.signal })
  await client.undo({ userId: 'ann', category: 'c', itemKey: 'a' }, { reason: 'mistake' })
  client.listen({ signal: over.signal }, () => {})()
  expect(new Set(keys.slice(0, 2)).size).toBe(2)
})
