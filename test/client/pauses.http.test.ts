import { expect, test } from 'vitest'
import { createClient, type MilepostClient } from '../../src/client.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'

const streak = { type: 'streak', category: 'lesson', every: 'day', target: 4 }
const catalog = { milestones: [{ id: 'streak', title: 'Streak', requirement: streak, reward: { points: 10 } }] }
const now = (): Date => new Date('2026-06-01T12:00Z')
const eighth = { from: '2026-05-08', until: '2026-05-09', reason: 'Ill' }

describeOnEach(everyDatabase, 'pauses by the client', database => {
  const open = (scopes = 'admin'): MilepostClient => {
    const { server } = httpClient(database.db, { catalog, now })
    const fetch: typeof globalThis.fetch = (input, init) => server.handler(new Request(input, init))
    return createClient({ baseUrl: 'http://test', headers: { 'x-test-scopes': scopes }, fetch })
  }
  const record = (client: MilepostClient, userId: string) =>
    client.record(
      [6, 7, 9, 10].map(day => {
        const completedAt = new Date(Date.UTC(2026, 4, day, 12))
        return { userId, category: 'lesson', itemKey: `day-${day}`, completedAt }
      }),
    )
  const held = async (client: MilepostClient, userId = 'ann') =>
    (await client.getUserProgress(userId)).completedMilestones

  test('are added, listed and deleted, together with the badge that depended on them', async () => {
    const client = open()
    await record(client, 'ann')
    const pause = await client.pauseStreaks('ann', eighth)
    expect(pause).toEqual({
      ...eighth,
      id: expect.any(String),
      userId: 'ann',
      by: 'service:the test',
      recordedAt: now(),
    })
    expect(await client.getStreakPauses('ann')).toEqual([pause])
    expect(await client.getStreakPauses('bob')).toEqual([])
    expect(await held(client)).toEqual(['streak'])
    expect(await client.deleteStreakPause(pause.id, { reason: 'A mistake' })).toMatchObject({
      ...{ status: 'deleted', pause, revoked: [{ id: 'streak' }] },
    })
    expect([await held(client), await client.getStreakPauses('ann')]).toEqual([[], []])
  })

  test('without a user are for all users, and reach every user', async () => {
    const client = open()
    for (const userId of ['ann', 'bob']) await record(client, userId)
    const pause = await client.pauseStreaks(null, eighth)
    expect(pause.userId).toBe(null)
    expect([await client.getStreakPauses(null), await client.getStreakPauses('ann')]).toEqual([[pause], []])
    expect([await held(client, 'ann'), await held(client, 'bob')]).toEqual([['streak'], ['streak']])
    expect(await client.deleteStreakPause(pause.id)).toMatchObject({ status: 'deleted', revoked: [] })
    expect([await held(client, 'ann'), await held(client, 'bob')]).toEqual([[], []])
    expect(await client.getStreakPauses(null)).toEqual([])
  })

  test('and freezes are granted with a key, once, by keys that may award', async () => {
    const client = open('award')
    const freeze = { userId: 'ann', key: 'order:1', grantedAt: now() }
    const bought = { key: 'order:1', reason: 'Bought' }
    expect(await client.grantStreakFreeze('ann', bought)).toEqual({ status: 'granted', freeze })
    expect(await client.grantStreakFreeze('ann', bought)).toEqual({ status: 'duplicate', freeze })
    await expect(client.grantStreakFreeze('ann', { ...bought, key: '' })).rejects.toMatchObject({
      errors: [{ pointer: '/key' }],
    })
    await expect(open('record').grantStreakFreeze('ann', bought)).rejects.toMatchObject({ status: 403 })
  })

  test('and points are adjusted with a key, once, by keys that may award', async () => {
    const client = open('award')
    const adjustment = { userId: 'ann', key: 'case:1', points: -20, currency: null, at: now() }
    const fine = { points: -20, key: 'case:1', reason: 'Posted spam' }
    const nothing = { awarded: [], revoked: [] }
    expect(await client.adjustPoints('ann', fine)).toEqual({ status: 'adjusted', adjustment, ...nothing })
    expect(await client.adjustPoints('ann', { ...fine, points: 5 })).toEqual({
      ...{ status: 'duplicate', adjustment, ...nothing },
    })
    await expect(client.adjustPoints('ann', { ...fine, points: 0.5 })).rejects.toMatchObject({
      errors: [{ pointer: '/points' }],
    })
    await expect(open('record').adjustPoints('ann', fine)).rejects.toMatchObject({ status: 403 })
  })

  test('take instants, as dates too', async () => {
    const client = open()
    const [from, until] = [new Date('2026-05-08T10:00Z'), '2026-05-08T14:00:00+02:00']
    const pause = await client.pauseStreaks('ann', { from, until, reason: 'Outage' })
    expect(pause).toMatchObject({ from, until: new Date('2026-05-08T12:00Z') })
  })

  test('that do not exist, or were deleted, are reported as missing', async () => {
    const client = open()
    const { id } = await client.pauseStreaks('ann', eighth)
    await client.deleteStreakPause(id)
    for (const missing of [id, '999999', 'none', '%00', '../keys'])
      expect(await client.deleteStreakPause(missing)).toEqual({ status: 'not-found' })
    await expect(client.deleteStreakPause('')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  test.each([
    ['the end before the beginning', { from: '2026-05-09', until: '2026-05-08' }, '/until'],
    ['a day and an instant', { until: '2026-05-09T00:00:00Z' }, '/until'],
    ['no day of the calendar', { from: '2026-02-30' }, '/from'],
    ['no words', { reason: '' }, '/reason'],
    ['a misspelt name', { untill: '2026-05-09' }, '/untill'],
  ])('with %s are refused by place, and nothing is stored', async (_, wrong, pointer) => {
    const client = open()
    const refused = await client.pauseStreaks('ann', { ...eighth, ...wrong }).catch(error => error)
    expect(refused).toMatchObject({ status: 400, errors: [{ pointer }] })
    expect(await client.getStreakPauses('ann')).toEqual([])
  })

  test('are not for all users if the user is omitted by mistake', async () => {
    const client = open()
    const nobody = undefined as unknown as string
    const isRefused = { errors: [{ pointer: '/userId' }] }
    await expect(client.pauseStreaks(nobody, eighth)).rejects.toMatchObject(isRefused)
    for (const userId of [nobody, '']) await expect(client.getStreakPauses(userId)).rejects.toMatchObject(isRefused)
    expect(await client.getStreakPauses(null)).toEqual([])
  })

  test('are not deleted with an empty reason or a misspelled option', async () => {
    const client = open()
    const { id } = await client.pauseStreaks('ann', eighth)
    await expect(client.deleteStreakPause(id, { reason: '' })).rejects.toMatchObject({ status: 400 })
    const misspelt = { reasn: 'A mistake' } as object
    await expect(client.deleteStreakPause(id, misspelt)).rejects.toMatchObject({ errors: [{ pointer: '/reasn' }] })
    await expect(client.deleteStreakPause(id, {}, misspelt)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(await client.getStreakPauses('ann')).toHaveLength(1)
  })

  test('take a key for administrators', async () => {
    const client = open('read record award')
    await expect(client.pauseStreaks('ann', eighth)).rejects.toMatchObject({ status: 403 })
    await expect(client.getStreakPauses('ann')).rejects.toMatchObject({ status: 403 })
    await expect(client.deleteStreakPause('1')).rejects.toMatchObject({ status: 403 })
  })
})
