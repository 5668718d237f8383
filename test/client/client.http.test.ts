import { expect, onTestFinished, test } from 'vitest'
import { createClient, isClientError, type MilestoneReader } from '../../src/client.js'
import { describeOnEach } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'

const catalog = {
  boards: [{ id: 'monthly', title: 'This month', by: 'points', period: 'month' }],
  milestones: [1, 3].map(count => ({
    id: `t${count}`,
    title: `${count} tutorials`,
    requirement: { type: 'tutorials_completed', count },
    reward: { points: count * 10, unlocks: [`door-${count}`] },
  })),
}
const intro = { userId: 'ann', category: 'tutorial', itemKey: 'intro' }
const mistake = { reason: 'mistake' }
const now = (): Date => new Date('2026-06-01T12:00:00Z')

describeOnEach(['pglite'], 'the client', database => {
  test('records, reads the progress of a user, and undoes', async () => {
    const { client } = open()
    const completedAt = new Date('2026-05-01T08:00:00Z')
    expect(await client.record({ ...intro, completedAt })).toMatchObject({
      status: 'recorded',
      awarded: [{ id: 't1' }],
    })
    const list = ['intro', 'b', 'c'].map(itemKey => ({ ...intro, itemKey }))
    expect((await client.record(list)).map(({ status }) => status)).toEqual(['duplicate', 'recorded', 'recorded'])
    expect(await client.getUserProgress('ann')).toMatchObject({ totalPoints: 40, completedMilestones: ['t1', 't3'] })
    expect(await client.getUserBadges('ann')).toMatchObject([{ id: 't1', earnedAt: completedAt }, { id: 't3' }])
    expect(await client.getUserUnlocks('ann')).toEqual(['door-1', 'door-3'])
    expect([await client.hasUnlock('ann', 'door-1'), await client.hasUnlock('ann', 'door-2')]).toEqual([true, false])
    expect(await client.undo(intro, mistake)).toMatchObject({
      status: 'undone',
      revoked: [{ id: 't3' }],
    })
    expect(await client.checkAndAwardMilestones('ann')).toEqual([])
  })

  test('answers what the service answers, instants as dates', async () => {
    const { client, service } = open()
    const metadata = { at: '2026-05-01T08:00:00.000Z', deep: { earnedAt: '2026-05-01T08:00:00.000Z' } }
    await client.record({ ...intro, metadata, completedAt: new Date('2026-05-01T08:00:00Z') })
    await client.awardBadge('ann', 't3', { reason: 'kind' })
    await client.updateUserSettings('ann', { attributes: { since: '2026-05-01T08:00:00.000Z' } })
    await client.pauseStreaks('ann', { from: new Date('2026-05-08'), until: new Date('2026-05-09'), reason: 'Ill' })
    await client.pauseStreaks('ann', { from: '2026-05-11', until: '2026-05-12', reason: 'Ill' })
    const reads: readonly ((reader: MilestoneReader) => Promise<unknown>)[] = [
      ({ getUserProgress }) => getUserProgress('ann'),
      ({ getUserBadges }) => getUserBadges('ann'),
      ({ hasUnlock }) => hasUnlock('ann', 'door-3'),
      ({ getUserUnlocks }) => getUserUnlocks('ann'),
      ({ whatNext }) => whatNext('bob', { limit: 1 }),
      ({ explain }) => explain('ann', 't1'),
      ({ explain }) => explain('ann', 't3'),
      ({ getMilestoneStatistics }) => getMilestoneStatistics(),
      ({ getLeaderboard }) => getLeaderboard({ period: 'month', at: now(), limit: 1 }),
      ({ getLeaderboard }) => getLeaderboard({ board: 'monthly', at: new Date('2026-05-02') }),
      ({ getLeaderboard }) => getLeaderboard({ board: 'monthly', at: now(), userIds: ['ann', 'bob'], limit: 1 }),
      ({ getUserSettings }) => getUserSettings('ann'),
      ({ getUnseenBadges }) => getUnseenBadges('ann'),
      ({ getStreakPauses }) => getStreakPauses('ann'),
    ]
    for (const read of reads) expect(await read(client), String(read)).toEqual(await read(service))
    expect(await client.getAllMilestones()).toEqual(service.getAllMilestones())
    expect(await client.record(intro)).toEqual(await service.record(intro))
  })

  test('of two devices that mark a badge as seen, one is to celebrate it', async () => {
    const { client } = open()
    await client.record(intro)
    expect(await client.getUnseenBadges('ann')).toMatchObject([{ id: 't1' }])
    expect(await client.markSeen('ann', ['t1'])).toEqual(['t1'])
    expect(await client.markSeen('ann', ['t1'])).toEqual([])
    expect(await client.getUnseenBadges('ann', { includeBackfilled: true })).toEqual([])
  })

  test('awards and revokes once, even if the answer was lost', async () => {
    const { client, loseNextAnswer } = open()
    loseNextAnswer()
    expect(await client.awardBadge('ann', 't3', { reason: 'kind' })).toMatchObject({ status: 'awarded' })
    loseNextAnswer()
    expect(await client.revokeBadge('ann', 't3', { reason: 'wrong' })).toMatchObject({ status: 'revoked' })
    expect((await client.getUserProgress('ann')).totalPoints).toBe(0)
  })

  test('rejects a call that names no user, and sends nothing', async () => {
    const { client } = open()
    for (const userId of [undefined, null, '', 7]) {
      const refused = { code: 'INPUT_INVALID' }
      await expect(client.getUserProgress(userId as never), String(userId)).rejects.toMatchObject(refused)
      await expect(client.updateUserSettings(userId as never, { visibility: 'off' })).rejects.toMatchObject(refused)
      await expect(client.awardBadge(userId as never, 't1', { reason: 'kind' })).rejects.toMatchObject(refused)
    }
    await expect(client.explain('ann', undefined as never)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(client.getUserBadges('..')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  test('gives a badge from an earlier date, and takes it so that it may be earned again', async () => {
    const { client } = open()
    const at = new Date('2026-03-01T08:00:00Z')
    const { badge } = await client.awardBadge('ann', 't1', { reason: 'kind', at })
    expect(badge.earnedAt).toEqual(at)
    await client.revokeBadge('ann', 't1', { reason: 'wrong', lasting: false })
    const [result] = await client.record([{ userId: 'ann', category: 'tutorial', itemKey: 'a' }])
    expect(result?.awarded.map(({ id }) => id)).toContain('t1')
    const { entries } = await client.getLeaderboard({ period: 'month', at })
    expect(entries).toEqual([])
  })

  test('changes settings, and leaves as it was what is not given', async () => {
    const { client } = open()
    await client.updateUserSettings('ann', { timeZone: 'Europe/Berlin' })
    expect(await client.updateUserSettings('ann', { visibility: 'quiet' })).toEqual({
      timeZone: 'Europe/Berlin',
      dayStartsAt: null,
      visibility: 'quiet',
      attributes: {},
    })
    expect(await client.getUserSettings('ann')).toMatchObject({ visibility: 'quiet' })
  })

  test('reads milestones, what is next, figures, the leaderboard and an explanation', async () => {
    const { client } = open()
    await client.record(intro)
    expect(await client.getAllMilestones()).toMatchObject([{ id: 't1' }, { id: 't3' }])
    expect(await client.whatNext('ann', { limit: 1 })).toMatchObject([{ id: 't3', current: 1, target: 3 }])
    expect(await client.getMilestoneStatistics('t1', { activeDays: 7 })).toMatchObject({
      milestones: [{ id: 't1', holderCount: 1 }],
    })
    expect(await client.getLeaderboard({ around: 'ann' })).toMatchObject({ entries: [{ rank: 1, userId: 'ann' }] })
    expect(await client.explain('ann', 't3')).toMatchObject({ isEarned: false, milestone: { id: 't3' } })
  })

  test('a refusal of the server has a code, status and place', async () => {
    const { client } = open()
    const error = await client.record({ ...intro, itemKey: '' }).catch(error => error)
    expect(isClientError(error)).toBe(true)
    expect(error).toMatchObject({ status: 400, errors: [{ pointer: '/itemKey' }], requestId: expect.any(String) })
    await expect(client.explain('ann', 'none')).rejects.toMatchObject({ code: 'MILESTONE_NOT_FOUND', status: 404 })
    await expect(open({ headers: {} }).client.getUserProgress('ann')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('an interrupted stream continues without a gap or a repeat', async () => {
    const { client, cutStream } = open()
    const over = new AbortController()
    const [states, sequences]: [string[], number[]] = [[], []]
    const options = { userId: 'ann', signal: over.signal, onState: (state: string) => void states.push(state) }
    const stop = client.listen(options, event => {
      if (event.type === 'badge.awarded' || event.type === 'badge.revoked') sequences.push(event.data.sequence)
    })
    await expect.poll(() => states).toEqual(['open'])
    for (let round = 1; round <= 5; round++) {
      await client.record(intro)
      await expect.poll(() => sequences.length).toBe(2 * round - 1)
      await cutStream()
      await client.undo(intro, mistake)
      await expect.poll(() => sequences.length).toBe(2 * round)
    }
    stop()
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(states.filter(state => state === 'waiting')).toHaveLength(5)
  })

  /** A client of a server in this process, whose network can be made to fail. */
  test('refuses names that it does not know before anything is sent', async () => {
    const { client } = open()
    const isRefused = { code: 'INPUT_INVALID', message: expect.stringContaining('is not known to') }
    const misspelt = { idempotencykey: 'x' } as object
    await expect(client.record(intro, misspelt)).rejects.toMatchObject(isRefused)
    await expect(client.undo({ ...intro, reasn: 'x' } as typeof intro, mistake)).rejects.toMatchObject({
      status: 400,
      errors: [{ pointer: '/reasn' }],
    })
    await expect(client.stream({ user: 'ann' } as object).next()).rejects.toMatchObject(isRefused)
    await expect(client.getUserBadges('ann', { local: 'de' } as object)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    })
    await expect(client.record({ ...intro, timestamp: 1 } as typeof intro)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ pointer: '/timestamp' }],
    })
    expect(await client.getUserBadges('ann')).toEqual([])
    expect(() => createClient({ baseUrl: 'http://test', retrys: 1 } as { baseUrl: string })).toThrow('retries')
  })

  function open({ headers = { 'x-test-scopes': 'admin' } }: { headers?: Record<string, string> } = {}) {
    const { server, service } = httpClient(database.db, { catalog, now, deliver: false, stream: { pollMs: 5 } })
    onTestFinished(() => server.close())
    let isLost = false
    let cut = (): void => {}
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await server.handler(new Request(input, init))
      if (/event-stream/.test(response.headers.get('content-type') ?? '')) {
        const breaking = new AbortController()
        cut = () => breaking.abort(new TypeError('cut'))
        return new Response(response.body!.pipeThrough(new TransformStream(), { signal: breaking.signal }), response)
      }
      if (!isLost) return response
      isLost = false
      throw new TypeError('the answer was lost')
    }
    const client = createClient({ baseUrl: 'http://test', headers, fetch, sleep: soon })
    return {
      client,
      service,
      loseNextAnswer: () => {
        isLost = true
      },
      cutStream: async () => cut(),
    }
  }
})

/** Waits for the next turn only; the limits of a connection do not run out. */
function soon(ms: number): Promise<void> {
  return ms >= 10_000 ? new Promise(() => {}) : new Promise(resolve => setImmediate(resolve))
}
