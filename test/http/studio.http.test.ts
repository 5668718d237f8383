import { expect, test } from 'vitest'
import { parseCatalog } from '../../src/core/catalog/catalog.js'
import { describeOnEach } from '../support/databases.js'
import { type HttpClient, httpClient } from '../support/http-client.js'

const catalog = {
  milestones: [
    ...[1, 2, 3].map(count => ({
      id: `t${count}`,
      title: `${count} tutorials`,
      icon: '🎯',
      requirement: { type: 'tutorials_completed', count },
      reward: { points: count * 10 },
    })),
    { id: 'secret', title: 'Secret', hidden: true, requirement: { type: 'actions_completed', count: 1 } },
  ],
}
const now = (): Date => new Date('2026-06-01T12:00Z')

describeOnEach(['pglite', 'pg'], 'what Studio reads', database => {
  const client = (): HttpClient => httpClient(database.db, { catalog, now })
  const completions = (userId: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      userId,
      category: 'tutorial',
      itemKey: String(i),
      completedAt: new Date(Date.parse('2026-05-30T23:30Z') + i * 3_600_000),
    }))

  test('awards, completions and active users are counted a day, days without anything included', async () => {
    const { send, service } = client()
    await service.record([...completions('ann', 3), ...completions('bob', 1)])
    const { body } = await send('GET', '/v1/studio/overview?days=7')
    expect(body.days).toHaveLength(7)
    expect(body.days.slice(-3)).toEqual([
      { day: '2026-05-30', awardCount: 2, completionCount: 2, activeCount: 2 },
      { day: '2026-05-31', awardCount: 2, completionCount: 2, activeCount: 1 },
      { day: '2026-06-01', awardCount: 0, completionCount: 0, activeCount: 0 },
    ])
    expect(body).toMatchObject({ userCount: 2, badgeCount: 4 })
    expect(body.funnel.map(({ count }: { count: number }) => count)).toEqual([2, 2, 1, 0])
  })

  test('users are found by any part of their id or of an attribute, page by page', async () => {
    const { send, service } = client()
    await service.record(['ann', 'JoAnna', 'Ann', 'bob', 'a%n', 'cid'].flatMap(userId => completions(userId, 1)))
    await service.updateUserSettings('bob', { attributes: { name: 'Bob Hannigan', team: 'Granny' } })
    const found = async (search: string): Promise<string[]> => {
      const userIds: string[] = []
      for (let cursor = ''; ; ) {
        const { body } = await send('GET', `/v1/studio/users?search=${encodeURIComponent(search)}&limit=2${cursor}`)
        userIds.push(...body.users.map(({ userId }: { userId: string }) => userId))
        if (body.next === null) return userIds.sort()
        cursor = `&cursor=${body.next}`
      }
    }
    expect(await found('ANN')).toEqual(['Ann', 'JoAnna', 'ann', 'bob'])
    expect(await found('hannigan')).toEqual(['bob'])
    expect(await found('%')).toEqual(['a%n'])
    expect(await found('_')).toEqual([])
    expect(await found('\\')).toEqual([])
    expect(await found('i')).toEqual(['bob', 'cid'])
    for (const [userId, name] of [
      ['ann', 'Agent 1007 of 12'],
      ['cid', 'Agent 1007'],
      ['Ann', 'Agents 1007'],
      ['bob', '1007 Agent'],
    ] as const)
      await service.updateUserSettings(userId, { attributes: { name } })
    expect(await found('agent 1007')).toEqual(['ann', 'cid'])
    expect(await found('1007 OF 1')).toEqual(['ann'])
    expect(await found('1007')).toEqual(['Ann', 'ann', 'bob', 'cid'])
  })

  test('a timeline, a ledger and metrics come in pages that miss nothing and show nothing twice', async () => {
    const { send, service } = client()
    await service.record(completions('ann', 3))
    const whole = async (path: string, list: string): Promise<unknown[]> => {
      const found: unknown[] = []
      for (let cursor = ''; ; ) {
        const { body } = await send('GET', `${path}?limit=2${cursor}`)
        found.push(...body[list])
        if (body.next === null) return found
        cursor = `&cursor=${body.next}`
      }
    }
    const timeline = (await whole('/v1/studio/users/ann/timeline', 'entries')) as { kind: string; itemKey: string }[]
    expect(timeline.map(({ kind, itemKey }) => `${kind} ${itemKey}`)).toEqual(
      ['2', '1', '0'].flatMap(key => [`completion ${key}`, `badge t${Number(key) + 1}`]),
    )
    expect(await whole('/v1/studio/users/ann/ledger', 'entries')).toHaveLength(3)
    expect(await whole('/v1/studio/users/ann/metrics', 'metrics')).toMatchObject([
      { metric: 'count:tutorial', value: '3' },
    ])
    expect((await send('GET', '/v1/studio/users/ann/timeline?cursor=WzFd')).status).toBe(400)
  })

  test('a day is that of the zone which held at the time', async () => {
    const { send, service } = client()
    await service.updateUserSettings('ann', { timeZone: 'Asia/Tokyo' })
    await service.record({
      userId: 'ann',
      category: 'tutorial',
      itemKey: 'before',
      completedAt: new Date('2026-05-31T23:30Z'),
    })
    const { body } = await send('GET', '/v1/studio/users/ann/calendar')
    expect(body).toMatchObject({
      today: '2026-06-01',
      days: [{ day: '2026-06-01', count: 1 }],
      zones: [{ zone: 'Asia/Tokyo' }],
      timeZone: 'Asia/Tokyo',
    })
  })

  test('days with pauses are listed in the user’s time zone until the pauses are deleted', async () => {
    const { send, service } = client()
    await service.updateUserSettings('ann', { timeZone: 'Asia/Tokyo' })
    const why = { reason: 'A test' }
    await service.pauseStreaks('ann', { from: '2026-05-10', until: '2026-05-12', ...why })
    await service.pauseStreaks(null, { from: '2026-05-19T15:00:00Z', until: '2026-05-20T16:00:00Z', ...why })
    const deleted = await service.pauseStreaks(null, { from: '2026-05-25', until: '2026-05-26', ...why })
    await service.pauseStreaks('bob', { from: '2026-05-25', until: '2026-05-26', ...why })
    await service.pauseStreaks('ann', { from: '2024-05-25', until: '2024-05-26', ...why })
    await service.deleteStreakPause(deleted.id)
    expect((await send('GET', '/v1/studio/users/ann/calendar')).body.pausedDays).toEqual([
      { day: '2026-05-10', isWhole: true },
      { day: '2026-05-11', isWhole: true },
      { day: '2026-05-20', isWhole: true },
      { day: '2026-05-21', isWhole: false },
    ])
  })

  test('milestones include hidden ones and their holders', async () => {
    const { send, service } = client()
    await service.record([...completions('ann', 2), ...completions('bob', 1)])
    const { body } = await send('GET', '/v1/studio/milestones')
    expect(
      body.milestones.map(({ id, holderCount }: { id: string; holderCount: number }) => [id, holderCount]),
    ).toEqual([
      ['t1', 2],
      ['t2', 1],
      ['t3', 0],
      ['secret', 0],
    ])
    const holders = await send('GET', '/v1/studio/milestones/t1/holders')
    expect(holders.body).toMatchObject({
      awards: [{ userId: 'bob' }, { userId: 'ann', name: '1 tutorials' }],
      next: null,
    })
    const time = await send('GET', '/v1/studio/milestones/t2/time-to-earn')
    expect(time.body).toMatchObject({ sampleSize: 1, medianMs: 3_600_000 })
    expect((await send('GET', '/v1/studio/awards')).body.awards).toHaveLength(3)
  })

  test('a preview shows what would change, and changes nothing', async () => {
    const { send, service } = client()
    await service.record(completions('ann', 1))
    const rehearse = async (body: object) => (await send('POST', '/v1/studio/users/ann/rehearse', { body })).body
    expect(await rehearse({ action: 'award', badgeId: 't3' })).toMatchObject({
      status: 'awarded',
      before: { points: 10, badgeCount: 1 },
      after: { points: 40, badgeCount: 2 },
    })
    expect(await rehearse({ action: 'undo', category: 'tutorial', itemKey: '0' })).toMatchObject({
      status: 'undone',
      revoked: [{ id: 't1' }],
      after: { points: 0 },
    })
    expect(await rehearse({ action: 'revoke', badgeId: 't1' })).toMatchObject({ revoked: [{ id: 't1' }] })
    const erased = await rehearse({ action: 'erase' })
    expect(erased.status).toBe('erased')
    expect(erased.rowCount).toBeGreaterThan(0)
    expect(await service.getUserProgress('ann')).toMatchObject({ totalPoints: 10, completedMilestones: ['t1'] })
    expect((await send('GET', '/v1/studio/audit')).body.entries).toEqual([])
  })

  test('a preview shows the effect of adding or deleting a pause', async () => {
    const streak = { type: 'streak', category: 'tutorial', every: 'day', target: 3 }
    const milestones = [{ id: 'steady', title: 'Steady', requirement: streak, reward: { points: 10 } }]
    const { send, service } = httpClient(database.db, { catalog: { milestones }, now })
    const on = (day: number) => ({ completedAt: new Date(Date.UTC(2026, 4, day, 12)), itemKey: `${day}` })
    await service.record([1, 2, 4].map(day => ({ userId: 'ann', category: 'tutorial', ...on(day) })))
    const rehearse = async (body: object) => (await send('POST', '/v1/studio/users/ann/rehearse', { body })).body
    const days = { from: '2026-05-03', until: '2026-05-04' }
    const brought = { awarded: [{ id: 'steady' }], before: { points: 0 }, after: { points: 10 } }
    expect(await rehearse({ action: 'pause', ...days })).toMatchObject({ status: 'paused', ...brought })
    expect(await service.getStreakPauses('ann')).toEqual([])
    const { id } = await service.pauseStreaks('ann', { ...days, reason: 'Ill' })
    expect(await rehearse({ action: 'pause', ...days })).toMatchObject({ status: 'already-paused', awarded: [] })
    const undone = { revoked: [{ id: 'steady' }], before: { points: 10 }, after: { points: 0 } }
    expect(await rehearse({ action: 'unpause', id })).toMatchObject({ status: 'deleted', ...undone })
    expect(await service.getStreakPauses('ann')).toMatchObject([{ id }])
    const common = await service.pauseStreaks(null, { ...days, reason: 'Outage' })
    for (const missing of [common.id, 'none'])
      expect(await rehearse({ action: 'unpause', id: missing })).toMatchObject({ status: 'not-found', revoked: [] })
    const wrong = { body: { action: 'pause', from: '2026-05-04', until: '2026-05-03' } }
    expect((await send('POST', '/v1/studio/users/ann/rehearse', wrong)).status).toBe(400)
  })

  test.each([
    [{ action: 'undo', category: 'tutorial', itemkey: '0' }, '/itemkey', /did you mean "itemKey"\?/],
    [{ action: 'award', badgeID: 't1' }, '/badgeID', /did you mean "badgeId"\?/],
    [{ action: 'undoo' }, '/action', /use one of: award, revoke, undo/],
  ])('a preview of %j says what is wrong', async (body, pointer, detail) => {
    const { body: problem } = await client().send('POST', '/v1/studio/users/ann/rehearse', { body })
    expect(problem).toMatchObject({ code: 'REQUEST_INVALID' })
    expect(problem.errors).toContainEqual({ pointer, detail: expect.stringMatching(detail) })
  })

  test('manual changes are listed, latest first', async () => {
    const { send, service } = client()
    await service.awardBadge('ann', 't1', { reason: 'first', by: 'me' })
    await service.awardBadge('bob', 't1', { reason: 'second' })
    const first = await send('GET', '/v1/studio/audit?limit=1')
    expect(first.body.entries).toMatchObject([{ userId: 'bob', reason: 'second', doneBy: null }])
    const second = await send('GET', `/v1/studio/audit?limit=1&cursor=${first.body.next}`)
    expect(second.body).toMatchObject({ entries: [{ userId: 'ann', reason: 'first', doneBy: 'me' }], next: null })
    expect((await send('GET', '/v1/studio/audit?userId=ann')).body.entries).toHaveLength(1)
  })

  test('users are held against a recount, and the database is described', async () => {
    const { send, service } = client()
    await service.record(completions('ann', 1))
    expect((await send('POST', '/v1/studio/verify')).body).toEqual({ userCount: 1, differences: [], next: null })
    const { body } = await send('GET', '/v1/studio/database')
    expect(body.migrations).toContain('0008_studio_reads')
    expect((await send('GET', '/v1/studio/versions')).body.versions).toEqual([])
  })

  test('applied catalogs are listed without their definitions, and without the id that an apply has reached', async () => {
    const { send, service } = client()
    await service.apply(parseCatalog(catalog), { reason: 'first', by: 'me' })
    const { body } = await send('GET', '/v1/studio/versions')
    const at = expect.any(String)
    expect(body.versions).toEqual([
      { version: 1, policy: 'keep', list: null, by: 'me', reason: 'first', startedAt: at, appliedAt: at, userCount: 0 },
    ])
  })

  test('only an admin key opens any of it', async () => {
    const { send } = client()
    expect((await send('GET', '/v1/studio/overview', { scopes: ['read', 'record', 'award'] })).status).toBe(403)
    expect((await send('GET', '/v1/studio/users', { scopes: null })).status).toBe(401)
  })
})
