import { expect, onTestFinished, test } from 'vitest'
import { createMilepostServer, type HostAuthority, type MilepostServer } from '../../src/http.js'
import { createMilestoneService, type MilestoneService } from '../../src/index.js'
import { describeOnEach } from '../support/databases.js'
import { readEvents } from '../support/event-reader.js'
import { lesson, lessons } from './stream-desk.js'

const authorities: Readonly<Record<string, HostAuthority>> = {
  reader: { scopes: ['read'] },
  recorder: { scopes: ['record'] },
  ann: { userId: 'ann' },
}

describeOnEach(['pglite', 'pg'], 'the stream over HTTP', database => {
  function open(options: Partial<Parameters<typeof createMilepostServer>[0]> = {}) {
    const service: MilestoneService = createMilestoneService({ db: database.db, catalog: lessons })
    const server: MilepostServer = createMilepostServer({
      service,
      db: database.db,
      authorize: request => authorities[request.headers.get('x-who') ?? ''] ?? null,
      deliver: false,
      stream: { pollMs: 5, aliveMs: 5, progressMs: 5 },
      ...options,
    })
    onTestFinished(() => server.close())
    const get = (query: string, who: string, headers: Record<string, string> = {}) =>
      server.handler(new Request(`http://test/v1/stream${query}`, { headers: { 'x-who': who, ...headers } }))
    return { service, server, get }
  }
  const userOf = (data: string): string => JSON.parse(data).data.userId

  test('is an event stream that nothing on the way keeps or changes', async () => {
    const { get } = open()
    const response = await get('', 'reader')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
    await response.body!.cancel()
  })

  test('gives a server all users, or the one that it asks for; a user their own', async () => {
    const { get, service } = open()
    const answers = [await get('', 'reader'), await get('?userId=ben', 'reader'), await get('', 'ann')]
    const [all, ben, own] = answers.map(answer => readEvents(answer))
    for (const reader of [all!, ben!, own!]) {
      await reader.block()
      await reader.block()
    }
    await service.record(lesson('ben'))
    await service.record(lesson('ann'))
    expect((await all!.take(2)).map(({ data }) => userOf(data))).toEqual(['ben', 'ann'])
    expect((await ben!.take(1)).map(({ data }) => userOf(data))).toEqual(['ben'])
    expect((await own!.take(1)).map(({ data }) => userOf(data))).toEqual(['ann'])
  })

  test('for a former id is that of the user who has it now', async () => {
    const { get, service } = open()
    await service.mergeUsers({ from: 'ann', into: 'ben' }, { reason: 'one person' })
    const own = readEvents(await get('', 'ann'))
    await own.block()
    await own.block()
    await service.record(lesson('ben'))
    expect((await own.take(1)).map(({ data }) => userOf(data))).toEqual(['ben'])
  })

  test('continues after the last id, by header or by query', async () => {
    const { get, service } = open()
    const first = readEvents(await get('', 'ann'))
    await first.block()
    await first.block()
    const id = first.lastEventId()
    await first.cancel()
    await service.record(lesson('ann'))
    const again = [await get('', 'ann', { 'last-event-id': id }), await get(`?lastEventId=${id}`, 'ann')]
    for (const answer of again)
      expect((await readEvents(answer).take(1)).map(({ data }) => userOf(data))).toEqual(['ann'])
  })

  test('sends the progress of one user', async () => {
    const { get } = open()
    const reader = readEvents(await get('?progress=true', 'ann'))
    expect(await reader.next()).toMatchObject({ event: 'progress', data: expect.stringContaining('"userId":"ann"') })
    expect(await (await get('?progress=true', 'reader')).json()).toMatchObject({
      status: 400,
      errors: [{ pointer: '/progress' }],
    })
  })

  test('refuses callers without access, and shows nothing of other users', async () => {
    const { get } = open()
    expect((await get('', 'nobody')).status).toBe(401)
    expect((await get('', 'recorder')).status).toBe(403)
    expect(await (await get('?userId=ben', 'ann')).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })

  test('says when to retry if there are too many streams', async () => {
    const { get } = open({ stream: { maxStreams: 2, maxStreamsPerUser: 1 } })
    await get('', 'ann')
    const second = await get('', 'ann')
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '30'])
    await get('', 'reader')
    const third = await get('', 'reader')
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await third.json()).toMatchObject({ code: 'STREAMS_FULL' })
  })

  test('ends when the server closes', async () => {
    const { get, server } = open()
    const reader = readEvents(await get('', 'reader'))
    await server.close()
    expect(await reader.next()).toBeNull()
    expect(reader.retryMs()).toBeGreaterThanOrEqual(1_000)
  })
})
