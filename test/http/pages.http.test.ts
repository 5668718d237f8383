import { expect, test } from 'vitest'
import { listOperations } from '../../src/http/contract/operations.js'
import { describeOnEach } from '../support/databases.js'
import { type HttpClient, httpClient, type Received } from '../support/http-client.js'

const catalog = {
  currencies: ['gems'],
  points: [{ category: 'lesson', points: 1 }],
  milestones: ['lesson', 'a', 'b', 'c'].map(category => {
    return { id: category, title: category, requirement: { type: 'count', category, target: 1 } }
  }),
  boards: [{ id: 'lessons', title: 'Lessons', by: { type: 'count', category: 'lesson' } }],
}
const names = ['a', 'b', 'c']
const hand = { reason: 'a test' }

describeOnEach(['pglite', 'pg'], 'a list in pages', database => {
  const open = (): HttpClient => httpClient(database.db, { catalog, now: () => new Date('2026-06-01T12:00Z') })

  test('says with its last entry that it ends, also if the page is full', async () => {
    const { send, service } = open()
    const webhookId = await fill(send, service)
    const lists = listOperations().filter(([, { isPaged }]) => isPaged)
    for (const [operation, { method, path }] of lists) {
      const id = operation === 'listDeliveries' ? webhookId : 'lesson'
      const place = path.replace('{userId}', 'ann').replace('{id}', id)
      const page = (limit: number): Promise<Received> =>
        method === 'post'
          ? send('POST', place, { body: { limit, userIds: names } })
          : send('GET', `${place}?limit=${limit}`)
      const count = entriesOf(await page(100)).length
      expect([operation, count]).toEqual([operation, expect.toSatisfy(length => length >= 3)])
      const found = [count, count - 1].map(async limit => {
        const received = await page(limit)
        return [entriesOf(received).length, received.body.next !== null]
      })
      expect([operation, ...(await Promise.all(found))]).toEqual([operation, [count, false], [count - 1, true]])
    }
  })

  test('of a leaderboard around a user says so as well', async () => {
    const { service } = open()
    await service.record(names.flatMap((name, i) => lessons(name, 9 - i)))
    const pages = [
      ...[{}, { board: 'lessons' }, { userIds: names }].map(query => ({ ...query, around: 'b', limit: 3 })),
      ...[
        { around: 'b', limit: 2 },
        { around: 'c', limit: 3 },
        { around: 'a', limit: 4 },
        { around: 'a', limit: 5 },
      ],
    ]
    for (const page of pages) expect([page, (await service.getLeaderboard(page)).next]).toEqual([page, null])
    for (const page of [
      { around: 'b', limit: 1 },
      { around: 'a', limit: 3 },
    ]) {
      const { entries, next } = await service.getLeaderboard(page)
      const rest = await service.getLeaderboard({ after: next! })
      const shown = [...entries, ...rest.entries].map(({ userId }) => userId)
      expect([page, shown, rest.next]).toEqual([page, names.slice(names.indexOf(page.around)), null])
    }
    await service.mergeUsers({ from: 'c', into: 'b' }, hand)
    expect(await service.getLeaderboard({ around: 'c', limit: 3 })).toMatchObject({ next: null, entries: [{}, {}] })
  })

  test('of users held against a recount says so as well', async () => {
    const { send, service } = open()
    const users = Array.from({ length: 26 }, (_, i) => `user ${i}`)
    await service.record(users.slice(1).flatMap(userId => lessons(userId, 1)))
    expect((await send('POST', '/v1/studio/verify')).body).toMatchObject({ userCount: 25, next: null })
    await service.record(lessons(users[0]!, 1))
    const first = await send('POST', '/v1/studio/verify')
    const rest = await send('POST', '/v1/studio/verify', { body: { cursor: first.body.next } })
    expect([first.body.userCount, rest.body]).toMatchObject([25, { userCount: 1, next: null }])
  })
})

function lessons(userId: string, count: number) {
  return Array.from({ length: count }, (_, i) => ({ userId, category: 'lesson', itemKey: String(i) }))
}

// At least three entries for every list. Returns the id of a webhook with deliveries.
async function fill(send: HttpClient['send'], service: HttpClient['service']): Promise<string> {
  await service.record(['ann', ...names].flatMap(userId => lessons(userId, 3)))
  for (const name of names) {
    await service.record({ userId: 'ann', category: name, itemKey: name })
    await service.adjustPoints('ann', { points: 1, currency: 'gems', key: name, ...hand })
    await send('POST', '/v1/keys', { body: { name, scopes: ['read'] } })
    await send('POST', '/v1/webhooks', { body: { url: 'https://example.com/hooks' } })
  }
  const { id } = (await send('GET', '/v1/webhooks')).body.webhooks[0]
  for (const _ of names) await send('POST', `/v1/webhooks/${id}/test`)
  return id
}

function entriesOf({ body }: Received): readonly unknown[] {
  return Object.values(body).find(Array.isArray) ?? []
}
