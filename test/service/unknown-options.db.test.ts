import { expect, test } from 'vitest'
import { createMilepostServer } from '../../src/http.js'
import { createMilestoneService, defineCatalog, migrate, migrationSql } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { clockedService } from '../support/clocked-service.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'

const definition = {
  milestones: [
    { id: 'first', title: 'First', description: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } },
  ],
} as const
const lesson = { userId: 'ann', category: 'lesson', itemKey: 'one' }
const hand = { reason: 'a test' }
const mapping = { userId: 'u', category: 'c', itemKey: 'i', completedAt: 'at' }
const row = { u: 'ann', c: 'lesson', i: 'one', at: '2026-01-01' }
const catalog = defineCatalog(definition)

/** Each call with the place of an argument that has names, and what the others are. */
const calls: readonly (readonly [name: string, place: number, ...args: readonly unknown[]])[] = [
  ['record', 0, lesson],
  ['record', 1, lesson],
  ['checkAndAwardMilestones', 1, 'ann'],
  ['getUserProgress', 1, 'ann'],
  ['getUserBadges', 1, 'ann'],
  ['getAllMilestones', 0],
  ['hasUnlock', 2, 'ann', 'shelf'],
  ['getUserUnlocks', 1, 'ann'],
  ['undo', 0, lesson, hand],
  ['undo', 1, lesson, hand],
  ['undo', 2, lesson, hand],
  ['awardBadge', 2, 'ann', 'first', hand],
  ['awardBadge', 3, 'ann', 'first', hand],
  ['revokeBadge', 2, 'ann', 'first', hand],
  ['revokeBadge', 3, 'ann', 'first', hand],
  ['markSeen', 2, 'ann', ['first']],
  ['getUnseenBadges', 1, 'ann'],
  ['updateUserSettings', 1, 'ann', {}],
  ['updateUserSettings', 2, 'ann', { visibility: 'off' }],
  ['grantStreakFreeze', 1, 'ann', { key: 'a', reason: 'bought' }],
  ['grantStreakFreeze', 2, 'ann', { key: 'a', reason: 'bought' }],
  ['adjustPoints', 1, 'ann', { points: 5, key: 'a', ...hand }],
  ['adjustPoints', 2, 'ann', { points: 5, key: 'a', ...hand }],
  ['spend', 1, 'ann', { currency: 'gems', amount: 1, key: 'a', reason: 'x' }],
  ['spend', 2, 'ann', { currency: 'gems', amount: 1, key: 'a', reason: 'x' }],
  ['refund', 1, 'ann', { key: 'a', ...hand }],
  ['refund', 2, 'ann', { key: 'a', ...hand }],
  ['getBalance', 1, 'ann'],
  ['getCoinHistory', 1, 'ann', {}],
  ['getCoinHistory', 2, 'ann', {}],
  ['pauseStreaks', 1, 'ann', { from: '2026-05-01', until: '2026-05-02', reason: 'ill' }],
  ['pauseStreaks', 2, 'ann', { from: '2026-05-01', until: '2026-05-02', reason: 'ill' }],
  ['getStreakPauses', 1, 'ann'],
  ['deleteStreakPause', 1, '1'],
  ['deleteStreakPause', 2, '1', hand],
  ['getUserSettings', 1, 'ann'],
  ['exportUser', 1, 'ann'],
  ['eraseUser', 1, 'ann', hand],
  ['eraseUser', 2, 'ann', hand],
  ['mergeUsers', 0, { from: 'ben', into: 'ann' }, hand],
  ['mergeUsers', 1, { from: 'ben', into: 'ann' }, hand],
  ['mergeUsers', 2, { from: 'ben', into: 'ann' }, hand],
  ['renameUser', 2, 'ann', 'anna', {}],
  ['renameUser', 3, 'ann', 'anna', {}],
  ['allowReturn', 1, 'ann', hand],
  ['allowReturn', 2, 'ann', hand],
  ['explain', 2, 'ann', 'first'],
  ['whatNext', 1, 'ann'],
  ['getMilestoneStatistics', 1, 'first'],
  ['importCompletions', 0, { csv: [] }, mapping],
  ['importCompletions', 1, [row], mapping],
  ['importCompletions', 2, [row], mapping],
  ['importFollowed', 1, 'public.lessons'],
  ['countFollowed', 0],
  ['foldCompletions', 1, new Date('2020-01-01')],
  ['foldDue', 0],
  ['getLeaderboard', 0],
  ['getLeaderboard', 1, {}],
  ['verify', 0],
  ['rebuild', 1, 'ann'],
  ['plan', 1, catalog],
  ['apply', 1, catalog],
  ['getCatalogVersions', 0],
  ['setItems', 2, 'course', ['a']],
  ['planItems', 2, 'course', ['a']],
]
const withoutNames = ['setClock', 'getCatalog', 'getItems', 'getItemLists', 'onAwarded', 'close']

describeOnEach(everyDatabase, 'an option that a call does not know', database => {
  const newService = () => clockedService(database.host.db, definition)

  test.each(calls)('is refused by %s at place %i', async (name, place, ...args: readonly unknown[]) => {
    const service = newService() as never as Record<string, (...args: unknown[]) => unknown>
    const given = [...args]
    given[place as number] = { ...(given[place as number] as object), polcy: 'x' }
    const call = async () => service[name as string]!(...given)
    const error = { code: 'INPUT_INVALID', message: expect.stringContaining('polcy is not an option of') }
    await expect(call()).rejects.toMatchObject(error)
    expect(await newService().getUserSettings('ann')).toMatchObject({ visibility: 'on', timeZone: 'UTC' })
    expect(await newService().getUserProgress('ann')).toMatchObject({ earnedBadges: [], completedMilestones: [] })
    expect(await newService().getCatalogVersions()).toEqual([])
  })

  test('is looked for in every call of a service', () => {
    const looked = new Set([...calls.map(([name]) => name), ...withoutNames])
    expect(Object.keys(newService()).filter(name => !looked.has(name))).toEqual([])
  })

  test('is named with the nearest that it knows', async () => {
    const service = newService()
    const misspelt = { dryrun: true } as object
    await expect(service.importCompletions([row], mapping, misspelt)).rejects.toThrow(
      'dryrun is not an option of importCompletions; did you mean "dryRun"?',
    )
    await expect(service.apply(catalog, { polcy: 'recompute' } as object)).rejects.toThrow('did you mean "policy"?')
    await expect(service.record([lesson, { ...lesson, itemkey: 'two' } as typeof lesson])).rejects.toMatchObject({
      details: { field: 'itemkey', index: 1 },
    })
  })

  test('is refused when a service, a server or a database is created', async () => {
    const { db } = database.host
    const service = createMilestoneService({ db, catalog })
    expect(() => createMilestoneService({ db, catalog, schemaa: 'x' } as never)).toThrow('did you mean "schema"?')
    expect(() => createMilepostServer({ db, service, basepath: '/x' } as never)).toThrow('did you mean "basePath"?')
    for (const [option, within] of Object.entries({
      cors: { origin: [] },
      limits: { bodybytes: 1 },
      stream: { maxStream: 1 },
      userTokens: { aud: 'x' },
      webhooks: { allowHTTP: true },
    }))
      expect(() => createMilepostServer({ db, service, [option]: within } as never)).toThrow(`${option}.`)
    const limits = { perUser: { persecond: 1, burst: 1 } }
    expect(() => createMilepostServer({ db, service, limits } as never)).toThrow('limits.perUser.persecond')
    await expect(migrate(db, { schemaa: 'x' } as object)).rejects.toThrow('schemaa is not an option of migrate')
    expect(() => migrationSql({ schemaa: 'x' } as object)).toThrow('schemaa is not an option of migrationSql')
    await expect(openPglite(undefined, { upkeepMs: 1 } as object)).rejects.toThrow('did you mean "upkeepIntervalMs"?')
  })

  test('is not asked of what the host has put on Object.prototype', async () => {
    const service = newService()
    Object.defineProperty(Object.prototype, 'hostsOwn', {
      value: 1,
      enumerable: true,
      configurable: true,
      writable: true,
    })
    try {
      expect(await service.record(lesson)).toMatchObject({ status: 'recorded' })
    } finally {
      delete (Object.prototype as { hostsOwn?: unknown }).hostsOwn
    }
  })

  test('is not a field of a stored completion: that may be given back', async () => {
    const service = newService()
    const { completion } = await service.record(lesson)
    expect(await service.record(completion)).toMatchObject({ status: 'duplicate' })
    expect(await service.undo(completion, hand)).toMatchObject({ status: 'undone' })
  })
})
