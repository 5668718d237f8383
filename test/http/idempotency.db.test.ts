import { sql } from 'drizzle-orm'
import { afterEach, expect, test } from 'vitest'
import { createOncePerKey, type KeyedCall, type OncePerKey } from '../../src/http/steps/idempotency.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'

const call: KeyedCall = {
  key: 'a key of the client',
  caller: 'key:one',
  method: 'POST',
  route: '/v1/users/{userId}/award',
  target: '/v1/users/ann/award',
  body: new TextEncoder().encode('{"badgeId":"gift"}'),
}
const canary = 'canary-4711'
const created = (): Response => {
  const headers = { 'content-type': 'application/json', location: '/v1/x', 'x-request-id': 'r' }
  return new Response(`{"secret":"${canary} 🎯"}`, { status: 201, headers })
}

describeOnEach(everyDatabase, 'an Idempotency-Key', database => {
  // What is deleted beside the last test may still be under way when the database is closed.
  const errors: unknown[] = []
  afterEach(() => expect(errors.splice(0)).toEqual([]))
  const once = (): OncePerKey => createOncePerKey(database.session, tablesIn(), error => void errors.push(error))
  const answerOf = async (given: KeyedCall, work: () => Promise<Response>) => {
    const answer = await once()(given, work)
    if (!('response' in answer)) return answer.status
    const { response } = answer
    return [answer.status, response.status, await response.text(), response.headers.get('idempotent-replayed')] as const
  }
  const never = async (): Promise<Response> => {
    throw new TypeError('was done twice')
  }

  test('does a call once, and gives the same answer again', async () => {
    const first = await once()(call, async () => created())
    expect(first).toMatchObject({ status: 'answered', response: { status: 201 } })
    const again = await once()(call, never)
    if (again.status !== 'replayed') throw new TypeError(again.status)
    expect([again.response.status, await again.response.text()]).toEqual([201, `{"secret":"${canary} 🎯"}`])
    expect(Object.fromEntries(again.response.headers)).toEqual({
      'content-type': 'application/json',
      location: '/v1/x',
      'idempotent-replayed': 'true',
    })
  })

  test('runs one of 20 concurrent calls; the others get its answer or learn that it is running', async () => {
    let count = 0
    const work = async (): Promise<Response> => {
      count += 1
      return created()
    }
    const answers = await Promise.all(Array.from({ length: 20 }, () => once()(call, work)))
    expect(count).toBe(1)
    expect(answers.filter(({ status }) => status === 'answered')).toHaveLength(1)
    expect(answers.filter(({ status }) => !['answered', 'running', 'replayed'].includes(status))).toEqual([])
  })

  test.each<[string, Partial<KeyedCall>]>([
    ['body', { body: new TextEncoder().encode('{"badgeId":"other"}') }],
    ['path', { target: '/v1/users/ben/award' }],
  ])('refuses a call with another %s', async (_, other) => {
    await answerOf(call, async () => created())
    expect(await answerOf({ ...call, ...other }, never)).toBe('other-call')
  })

  test.each<[string, Partial<KeyedCall>]>([
    ['caller', { caller: 'key:two' }],
    ['method', { method: 'PUT' }],
    ['route', { route: '/v1/users/{userId}/revoke' }],
    ['key', { key: 'another key' }],
  ])('says nothing to another %s', async (_, other) => {
    await answerOf(call, async () => created())
    const own = async (): Promise<Response> => new Response('own')
    expect(await answerOf({ ...call, ...other }, own)).toEqual(['answered', 200, 'own', null])
  })

  test.each([500, 503, 429])('keeps no answer %i: the next call is done', async status => {
    await answerOf(call, async () => new Response('later', { status }))
    expect(await answerOf(call, async () => created())).toEqual([
      'answered',
      201,
      expect.stringContaining(canary),
      null,
    ])
  })

  test('keeps a refusal, and an answer without a body', async () => {
    await answerOf(call, async () => new Response('no', { status: 404 }))
    expect(await answerOf(call, never)).toEqual(['replayed', 404, 'no', 'true'])
    const other = { ...call, key: 'other' }
    await answerOf(other, async () => new Response(null, { status: 204 }))
    expect(await answerOf(other, never)).toEqual(['replayed', 204, '', 'true'])
  })

  test('is free again where the work fails', async () => {
    await expect(answerOf(call, never)).rejects.toThrow('was done twice')
    expect(await answerOf(call, async () => created())).toEqual([
      'answered',
      201,
      expect.stringContaining(canary),
      null,
    ])
  })

  test('the key, the call and the answer cannot be read in the database', async () => {
    await answerOf(call, async () => created())
    const [row] = await database.rows(sql`select r::text as row from milepost.idempotency_records as r`)
    const text = String(row?.row)
    for (const part of [canary, call.key, 'ann', 'gift']) expect(text).not.toContain(part)
    const bytes = Buffer.from(text, 'base64').toString('latin1')
    expect(bytes).not.toContain(canary)
  })

  test('counts for a day', async () => {
    await answerOf(call, async () => created())
    const [row] = await database.rows<{ hours: number }>(sql`
      select date_part('epoch', expires_at - now()) / 3600 as hours from milepost.idempotency_records`)
    expect(Number(row?.hours)).toBeCloseTo(24, 1)
    await database.rows(sql`update milepost.idempotency_records set expires_at = now()`)
    expect(await answerOf(call, async () => new Response('anew'))).toEqual(['answered', 200, 'anew', null])
  })
})
