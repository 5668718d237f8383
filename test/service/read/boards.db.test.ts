import { expect, test } from 'vitest'
import { type Board, createMilestoneService, type MilestoneService, parseCatalog } from '../../../src/index.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const km = { type: 'total', category: 'run', property: 'km' } as const
const now = new Date('2026-11-30T12:00:00Z')

const catalogWith = (boards: readonly Board[]) =>
  parseCatalog({
    points: [{ category: 'quiz', points: { property: 'score' } }],
    boards,
    milestones: [
      {
        id: 'runner',
        title: 'Runner',
        requirement: { type: 'count', category: 'run', target: 2 },
        reward: { points: 5 },
      },
      { id: 'first-quiz', title: 'First', requirement: { type: 'count', category: 'quiz', target: 1 } },
    ],
  })

const board = (id: string, by: Board['by'], more: Partial<Board> = {}): Board => ({ id, title: id, by, ...more })

describeOnEach(everyDatabase, 'boards', database => {
  const serviceWith = (...boards: Board[]) =>
    createMilestoneService({ db: database.host.db, catalog: catalogWith(boards), now: () => now, onWarning: () => {} })
  const run = (userId: string, itemKey: string, at: string, distance: number) =>
    ({ userId, category: 'run', itemKey, completedAt: new Date(at), metadata: { km: distance } }) as const
  const quiz = (userId: string, itemKey: string, at: string, score: number) =>
    ({ userId, category: 'quiz', itemKey, completedAt: new Date(at), metadata: { score } }) as const
  const placesOn = async (
    service: MilestoneService,
    id: string,
    query: Parameters<MilestoneService['getLeaderboard']>[0] = {},
  ) => {
    const { entries } = await service.getLeaderboard({ board: id, ...query })
    return entries.map(({ rank, userId, value }) => [rank, userId, value])
  }

  test('rank by the sum of a metric in weeks of a zone that start on Sunday, exact after late arrivals and undo', async () => {
    const newYork = { period: 'week', timeZone: 'America/New_York', weekStartsOn: 'sun' } as const
    const service = serviceWith(board('weekly', km, newYork), board('ever', km))
    await service.record([
      // Saturday evening in New York, and Sunday there.
      run('ann', 'a', '2026-11-29T04:59:00Z', 0.1),
      run('ann', 'b', '2026-11-29T05:00:00Z', 0.2),
      run('bob', 'a', '2026-11-29T06:00:00Z', 0.3),
    ])
    expect(await placesOn(service, 'weekly')).toEqual([
      [1, 'bob', 0.3],
      [2, 'ann', 0.2],
    ])
    await service.record(run('ann', 'c', '2026-11-29T05:30:00Z', 0.1))
    // Who reached it first in time is first.
    expect(await placesOn(service, 'weekly')).toEqual([
      [1, 'ann', 0.3],
      [1, 'bob', 0.3],
    ])
    expect(await placesOn(service, 'ever')).toEqual([
      [1, 'ann', 0.4],
      [2, 'bob', 0.3],
    ])
    expect(await placesOn(service, 'weekly', { at: new Date('2026-11-28T12:00:00Z') })).toEqual([[1, 'ann', 0.1]])
    await service.undo({ userId: 'ann', category: 'run', itemKey: 'b' }, { reason: 'a mistake' })
    expect(await placesOn(service, 'weekly')).toEqual([
      [1, 'bob', 0.3],
      [2, 'ann', 0.1],
    ])
    expect((await service.getLeaderboard({ board: 'weekly' })).period).toEqual({
      from: new Date('2026-11-29T05:00:00Z'),
      until: new Date('2026-12-06T05:00:00Z'),
      name: null,
    })
    expect(await service.verify()).toEqual([])
  })

  test('rank by the lowest number, ties by who reached it first', async () => {
    const service = serviceWith(board('lap', { type: 'lowest', category: 'lap', property: 's' }))
    const lap = (userId: string, itemKey: string, at: string, s: number) => ({
      ...{ userId, category: 'lap', itemKey },
      ...{ completedAt: new Date(at), metadata: { s } },
    })
    await service.record(lap('ann', 'a', '2026-11-20T10:00:00Z', 61.5))
    await service.record(lap('ann', 'b', '2026-11-21T10:00:00Z', 70))
    await service.record(lap('bob', 'a', '2026-11-19T10:00:00Z', 61.5))
    await service.record(lap('cem', 'a', '2026-11-22T10:00:00Z', -1))
    const page = await service.getLeaderboard({ board: 'lap' })
    expect(page.entries.map(({ rank, userId, value, reachedAt }) => [rank, userId, value, reachedAt])).toEqual([
      [1, 'cem', -1, new Date('2026-11-22T10:00:00Z')],
      [2, 'bob', 61.5, new Date('2026-11-19T10:00:00Z')],
      [2, 'ann', 61.5, new Date('2026-11-20T10:00:00Z')],
    ])
    await service.record(lap('ann', 'c', '2026-11-18T10:00:00Z', 61.5))
    expect(await placesOn(service, 'lap')).toEqual([
      [1, 'cem', -1],
      [2, 'ann', 61.5],
      [2, 'bob', 61.5],
    ])
    expect(await service.verify()).toEqual([])
  })

  test('rank by the longest streak, also after a completion that joins two', async () => {
    const service = serviceWith(board('streak', { type: 'streak', category: 'run', every: 'day' }))
    for (const [user, day] of [
      ['ann', 20],
      ['ann', 21],
      ['ann', 23],
      ['bob', 20],
      ['bob', 21],
      ['bob', 22],
    ] as const)
      await service.record(run(user, String(day), `2026-11-${day}T10:00:00Z`, 1))
    expect(await placesOn(service, 'streak')).toEqual([
      [1, 'bob', 3],
      [2, 'ann', 2],
    ])
    await service.record(run('ann', '22', '2026-11-22T09:00:00Z', 1))
    const [ann] = (await service.getLeaderboard({ board: 'streak' })).entries
    expect(ann).toMatchObject({ rank: 1, userId: 'ann', value: 4, reachedAt: new Date('2026-11-23T10:00:00Z') })
    expect(await service.verify()).toEqual([])
  })

  test('rank by different values, dated by the first completion of the last new one', async () => {
    const service = serviceWith(board('places', { type: 'count', category: 'run', distinct: 'place' }))
    const at = (userId: string, itemKey: string, day: number, place: string) => ({
      ...{ userId, category: 'run', itemKey, metadata: { place } },
      completedAt: new Date(`2026-11-${day}T10:00:00Z`),
    })
    await service.record(at('ann', 'a', 20, 'x'))
    await service.record(at('ann', 'b', 25, 'y'))
    await service.record(at('ann', 'c', 22, 'y'))
    await service.record(at('ann', 'd', 26, 'x'))
    const { entries } = await service.getLeaderboard({ board: 'places' })
    expect(entries).toMatchObject([{ userId: 'ann', value: 2, reachedAt: new Date('2026-11-22T10:00:00Z') }])
    expect(await service.verify()).toEqual([])
  })

  test('rank by points of days, months and seasons of a zone, exact after undo and adjustments', async () => {
    const timeZone = 'Asia/Kolkata'
    const seasons = [
      { name: 'Autumn', from: '2026-09-01', until: '2026-11-30' },
      { name: 'Winter', from: '2026-11-30', until: '2027-03-01' },
    ]
    const service = serviceWith(
      board('daily', 'points', { period: 'day', timeZone }),
      board('season', 'points', { seasons, timeZone }),
      board('yearly', 'points', { period: 'year' }),
    )
    await service.record([
      quiz('ann', 'a', '2026-11-29T18:29:00Z', 7),
      quiz('ann', 'b', '2026-11-29T18:30:00Z', 3),
      quiz('bob', 'a', '2026-11-29T18:31:00Z', 3),
    ])
    const before = { at: new Date('2026-11-29T12:00:00Z') }
    expect(await placesOn(service, 'daily', before)).toEqual([[1, 'ann', 7]])
    for (const id of ['daily', 'season']) {
      expect(await placesOn(service, id)).toEqual([
        [1, 'ann', 3],
        [1, 'bob', 3],
      ])
    }
    expect((await service.getLeaderboard({ board: 'season', ...before })).period).toMatchObject({ name: 'Autumn' })
    await service.adjustPoints('bob', { points: -1, key: 'x', reason: 'a mistake', by: 'me' })
    await service.undo({ userId: 'ann', category: 'quiz', itemKey: 'a' }, { reason: 'a mistake' })
    expect(await placesOn(service, 'daily', before)).toEqual([])
    expect(await placesOn(service, 'season')).toEqual([
      [1, 'ann', 3],
      [2, 'bob', 2],
    ])
    expect(await placesOn(service, 'yearly', { around: 'bob', limit: 3 })).toEqual([
      [1, 'ann', 3],
      [2, 'bob', 2],
    ])
    expect(await service.getLeaderboard({ board: 'season', at: new Date('2027-04-01') })).toEqual({
      ...{ entries: [], next: null, period: null },
    })
    expect(await service.verify()).toEqual([])
  })

  test('rank by the number of badges, of all time and of a month, exact after undo', async () => {
    const service = serviceWith(board('badges', 'badges'), board('monthly', 'badges', { period: 'month' }))
    await service.record([
      run('ann', 'a', '2026-10-20T10:00:00Z', 1),
      run('ann', 'b', '2026-10-21T10:00:00Z', 1),
      quiz('ann', 'a', '2026-11-20T10:00:00Z', 1),
      quiz('bob', 'a', '2026-11-19T10:00:00Z', 1),
    ])
    expect(await placesOn(service, 'badges')).toEqual([
      [1, 'ann', 2],
      [2, 'bob', 1],
    ])
    expect(await placesOn(service, 'monthly')).toEqual([
      [1, 'bob', 1],
      [1, 'ann', 1],
    ])
    await service.undo({ userId: 'ann', category: 'run', itemKey: 'b' }, { reason: 'a mistake' })
    expect(await placesOn(service, 'badges')).toEqual([
      [1, 'bob', 1],
      [1, 'ann', 1],
    ])
    await service.revokeBadge('bob', 'first-quiz', { reason: 'a mistake', by: 'me' })
    expect(await placesOn(service, 'monthly')).toEqual([[1, 'ann', 1]])
    expect(await service.verify()).toEqual([])
  })

  test('list friends or a group among themselves, and nobody who is hidden', async () => {
    const service = serviceWith(board('km', km), board('points', 'points', { period: 'day' }), board('all', 'points'))
    const users = ['ann', 'bob', 'cem', 'dan', 'eve']
    for (const [i, userId] of users.entries()) {
      await service.record([
        run(userId, 'a', `2026-11-30T0${i}:00:00Z`, 10 - i),
        quiz(userId, 'b', `2026-11-30T0${i}:00:00Z`, 10 - i),
      ])
    }
    await service.updateUserSettings('ann', { visibility: 'off' })
    for (const userId of ['bob', 'dan']) await service.updateUserSettings(userId, { attributes: { team: 'red' } })
    await service.renameUser('eve', 'eva', { reason: 'a new name', by: 'me' })
    for (const id of ['km', 'points', 'all']) {
      expect(await placesOn(service, id, { userIds: ['eve', 'ann', 'cem', 'gone', 'cem'] })).toEqual([
        [1, 'cem', 8],
        [2, 'eva', 6],
      ])
      expect(await placesOn(service, id, { group: { attribute: 'team', value: 'red' } })).toEqual([
        [1, 'bob', 9],
        [2, 'dan', 7],
      ])
      expect(await placesOn(service, id, { userIds: users, around: 'eve', limit: 3 })).toEqual([
        [3, 'dan', 7],
        [4, 'eva', 6],
      ])
      expect(await placesOn(service, id, { around: 'cem', limit: 3 })).toEqual([
        [1, 'bob', 9],
        [2, 'cem', 8],
        [3, 'dan', 7],
      ])
      const [first, second] = await pagesOf(service, id)
      expect([first, second]).toEqual([
        [
          [1, 'bob', 9],
          [2, 'cem', 8],
        ],
        [
          [3, 'dan', 7],
          [4, 'eva', 6],
        ],
      ])
    }
  })

  const pagesOf = async (service: MilestoneService, id: string) => {
    const first = await service.getLeaderboard({ board: id, limit: 2 })
    const second = await service.getLeaderboard({ board: id, limit: 2, after: first.next! })
    return [first, second].map(({ entries }) => entries.map(({ rank, userId, value }) => [rank, userId, value]))
  }

  test('are filled by apply from what is stored, and leave nothing behind', async () => {
    const plain = serviceWith()
    await plain.record([run('ann', 'a', '2026-11-30T10:00:00Z', 4), quiz('bob', 'a', '2026-11-30T10:00:00Z', 9)])
    const all = [board('km', km), board('day', 'points', { period: 'day' }), board('badges', 'badges')]
    expect((await plain.plan(catalogWith(all))).changes).toMatchObject({
      boards: { added: ['km', 'day', 'badges'], changed: [], removed: [] },
    })
    await plain.apply(catalogWith(all))
    const weekly = board('km', km, { period: 'week' })
    expect((await plain.plan(catalogWith([...all.slice(1), weekly]))).changes).toMatchObject({
      boards: { added: [], changed: ['km'], removed: [] },
    })
    expect(await placesOn(plain, 'km')).toEqual([[1, 'ann', 4]])
    expect(await placesOn(plain, 'day')).toEqual([[1, 'bob', 9]])
    expect(await placesOn(plain, 'badges')).toEqual([[1, 'bob', 1]])
    expect(await plain.verify()).toEqual([])
    await plain.apply(catalogWith([]))
    expect(await plain.verify()).toEqual([])
    const { metrics, periodPoints } = await plain.exportUser('bob')
    expect(periodPoints.map(row => row.period)).toEqual(['2026-11', '2026-W49'])
    expect(metrics.filter(row => String(row.metric).startsWith('board'))).toEqual([])
  })

  test('count only the items of a list that the app keeps, as it is now', async () => {
    const service = serviceWith(board('course', { type: 'count', category: 'run', items: { list: 'hills' } }))
    await service.record([run('ann', 'a', '2026-11-30T10:00:00Z', 4), run('bob', 'b', '2026-11-30T10:00:00Z', 4)])
    await service.setItems('hills', ['a'])
    expect(await placesOn(service, 'course')).toEqual([[1, 'ann', 1]])
    await service.setItems('hills', ['b', 'c'])
    expect(await placesOn(service, 'course')).toEqual([[1, 'bob', 1]])
    expect(await service.verify()).toEqual([])
  })

  test('refuse what makes no sense, naming the field', async () => {
    const service = serviceWith(board('km', km))
    const problemOf = async (query: object) => {
      const error = await service.getLeaderboard(query).catch((thrown: unknown) => thrown)
      return (error as { details: { field: string } }).details.field
    }
    expect(await problemOf({ board: 'kmm' })).toBe('board')
    expect(await problemOf({ board: 'km', at: now })).toBe('at')
    expect(await problemOf({ board: 'km', period: 'week' })).toBe('period')
    expect(await problemOf({ board: 'km', after: 'x' })).toBe('after')
    expect(await problemOf({ userIds: 'ann' })).toBe('userIds')
    expect(await problemOf({ userIds: [''] })).toBe('userIds')
    expect(await problemOf({ userIds: Array.from({ length: 1001 }, (_, i) => `u${i}`) })).toBe('userIds')
    expect(await problemOf({ userIds: [], group: { attribute: 'team', value: 'red' } })).toBe('userIds')
    await expect(service.getLeaderboard({ board: 'kmm' })).rejects.toThrow('Did you mean "km"?')
  })
})
