import { expect, test } from 'vitest'
import { describeOnEach } from '../support/databases.js'
import { type HttpClient, httpClient } from '../support/http-client.js'

const catalog = {
  milestones: [1, 3].map(count => ({
    id: `t${count}`,
    title: `${count} tutorials`,
    requirement: { type: 'tutorials_completed', count },
    reward: { points: count * 10, unlocks: [`door-${count}`] },
  })),
}
const now = (): Date => new Date('2026-06-01T12:00Z')
const intro = { userId: 'ann', category: 'tutorial', itemKey: 'intro' }

describeOnEach(['pglite', 'pg'], 'completions over HTTP', database => {
  const client = (): HttpClient => httpClient(database.db, { catalog, now })

  test('one completion is answered by its result', async () => {
    const { status, body } = await client().send('POST', '/v1/completions', { body: intro, scopes: ['record'] })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'recorded',
      completion: { ...intro, metadata: {}, completedAt: '2026-06-01T12:00:00.000Z' },
      awarded: [{ id: 't1', points: 10, earnedAt: '2026-06-01T12:00:00.000Z' }],
    })
  })

  test('a list is answered by one result each, a repeat by duplicate', async () => {
    const { send } = client()
    const list = ['a', 'b', 'a'].map(itemKey => ({ ...intro, itemKey, completedAt: '2026-05-01T10:00:00+02:00' }))
    const { body } = await send('POST', '/v1/completions', { body: list })
    expect(body.results.map(({ status }: { status: string }) => status)).toEqual(['recorded', 'recorded', 'duplicate'])
    expect(body.results[0].completion.completedAt).toBe('2026-05-01T08:00:00.000Z')
  })

  test('a repeat with other content says what differs from what is stored', async () => {
    const { send } = client()
    await send('POST', '/v1/completions', { body: { ...intro, metadata: { n: 1 } } })
    const other = { ...intro, completedAt: '2026-05-01T10:00:00Z', metadata: { n: 2 } }
    const { body } = await send('POST', '/v1/completions', { body: other })
    expect(body).toMatchObject({ status: 'duplicate', differs: ['completedAt', 'metadata'] })
    expect(body.completion.metadata).toEqual({ n: 1 })
    const same = await send('POST', '/v1/completions', { body: intro })
    expect(same.body.status).toBe('duplicate')
    expect(same.body).not.toHaveProperty('differs')
  })

  test('a list with one fault is refused as a whole, and the place is named', async () => {
    const { send, service } = client()
    const list = [intro, { ...intro, itemKey: '' }]
    const { status, headers, body } = await send('POST', '/v1/completions', { body: list })
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body.errors[0].pointer).toBe('/1/itemKey')
    expect((await service.getUserProgress('ann')).totalPoints).toBe(0)
  })

  test.each([
    ['a field that nobody asked for', { ...intro, points: 5 }],
    ['a prototype', JSON.stringify(intro).replace('}', ',"__proto__":{"points":5}}')],
    ['a time without a zone', { ...intro, completedAt: '2026-05-01T10:00:00' }],
    ['a day that is none', { ...intro, completedAt: '2026-02-30T10:00:00Z' }],
    ['a text', '"intro"'],
    ['no JSON', '{'],
    ['no UTF-8 text', '{"userId":"\\ud800"}'],
  ])('%s is refused', async (_, body) => {
    const { status } = await client().send('POST', '/v1/completions', { body })
    expect(status).toBe(400)
  })

  test('an undone completion takes its badge along', async () => {
    const { send } = client()
    await send('POST', '/v1/completions', { body: { ...intro, itemKey: 'a/b c' } })
    const { body } = await send('DELETE', '/v1/users/ann/completions/tutorial/a%2Fb%20c?reason=mistake')
    expect(body).toMatchObject({ status: 'undone', revoked: [{ id: 't1' }] })
    expect((await send('DELETE', '/v1/users/ann/completions/tutorial/a%2Fb%20c')).body).toEqual({ status: 'not-found' })
  })

  test('progress, badges and milestones are read', async () => {
    const { send } = client()
    await send('POST', '/v1/completions', { body: intro })
    const progress = await send('GET', '/v1/users/ann/progress', { scopes: ['read'] })
    expect(progress.body).toMatchObject({ userId: 'ann', totalPoints: 10, unlocks: ['door-1'] })
    expect((await send('GET', '/v1/users/ann/badges')).body).toMatchObject({ badges: [{ id: 't1' }], next: null })
    const page = await send('GET', '/v1/milestones?limit=1')
    expect(page.body.milestones.map(({ id }: { id: string }) => id)).toEqual(['t1'])
    expect(page.headers.get('link')).toBe(`<?limit=1&cursor=${page.body.next}>; rel="next"`)
    const second = await send('GET', `/v1/milestones?limit=1&cursor=${page.body.next}`)
    expect(second.body).toMatchObject({ milestones: [{ id: 't3' }], next: null })
  })

  test('without a credential nothing is revealed, and with the wrong scope nothing is done', async () => {
    const { send } = client()
    expect((await send('GET', '/v1/users/ann/progress', { scopes: null })).status).toBe(401)
    expect((await send('POST', '/v1/completions', { body: intro, scopes: ['read'] })).status).toBe(403)
    expect((await send('GET', '/healthz', { scopes: null })).body.status).toBe('ok')
  })

  test('the document names the operations', async () => {
    const { body } = await client().send('GET', '/openapi.json', { scopes: null })
    expect(body.openapi).toBe('3.1.0')
    expect(body.paths['/v1/users/{userId}/milestones/{id}/explanation'].get.operationId).toBe('explain')
  })
})
