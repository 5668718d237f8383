import { expect, test } from 'vitest'
import { describeOnEach } from '../support/databases.js'
import { type HttpClient, httpClient } from '../support/http-client.js'

const milestone = (count: number) => ({
  id: `t${count}`,
  title: `${count} tutorials`,
  requirement: { type: 'tutorials_completed', count },
})
const catalog = { milestones: [milestone(2)] }
const changed = { milestones: [milestone(1), milestone(2)] }

describeOnEach(['pglite', 'pg'], 'the catalog over HTTP', database => {
  const client = (): HttpClient => httpClient(database.db, { catalog })

  test('a catalog is planned, applied, and read', async () => {
    const { send, service } = client()
    await service.record({ userId: 'ann', category: 'tutorial', itemKey: 'intro' })
    expect((await send('GET', '/v1/catalog')).body).toMatchObject({ version: 0, definition: catalog })
    const plan = await send('POST', '/v1/plan', { body: { catalog: changed } })
    expect(plan.body.badges).toMatchObject([{ id: 't1', gained: { userCount: 1, examples: ['ann'] } }])
    const applied = await send('POST', '/v1/apply', { body: { catalog: changed, reason: 'spring' } })
    expect(applied.body).toMatchObject({ version: 1, status: 'applied', awardedCount: 1 })
    expect((await send('GET', '/v1/catalog', { scopes: ['read'] })).body).toMatchObject({
      version: 1,
      definition: changed,
    })
  })

  test('every fault of a catalog is answered with its place', async () => {
    const faulty = { milestones: [{ ...milestone(1), requirement: { type: 'count', target: 0 } }, { id: 'a b' }] }
    const { status, body } = await client().send('POST', '/v1/plan', { body: { catalog: faulty } })
    expect([status, body.code]).toEqual([400, 'CATALOG_INVALID'])
    const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer)
    expect(pointers).toContain('/catalog/milestones/1/id')
    expect(pointers.length).toBeGreaterThan(2)
  })

  test('where events are accepted, progress comes first and the result last', async () => {
    const { send, service } = client()
    await service.record({ userId: 'ann', category: 'tutorial', itemKey: 'intro' })
    const { headers, body } = await send('POST', '/v1/apply', {
      body: { catalog: changed },
      headers: { accept: 'text/event-stream' },
    })
    expect(headers.get('content-type')).toBe('text/event-stream')
    const events = String(body).trim().split('\n\n')
    expect(events.map(event => event.split('\n')[0])).toEqual(['event: progress', 'event: result'])
    expect(JSON.parse(events[1]!.split('data: ')[1]!)).toMatchObject({ version: 1, userCount: 1 })
  })

  test('a fault on the way ends the events with a problem', async () => {
    const { send, service } = client()
    await service.close()
    const answer = await send('POST', '/v1/apply', {
      body: { catalog: changed },
      headers: { accept: 'text/event-stream' },
    })
    expect(answer.body).toMatch(/^event: problem\ndata: .*SERVICE_CLOSED/)
  })
})
