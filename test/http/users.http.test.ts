import { expect, test } from 'vitest'
import { describeOnEach } from '../support/databases.js'
import { type HttpClient, httpClient } from '../support/http-client.js'

const catalog = {
  milestones: [
    ...[1, 2, 3].map(count => ({
      id: `t${count}`,
      title: { en: `${count} tutorials`, de: `${count} Tutorials` },
      requirement: { type: 'tutorials_completed', count },
      reward: { points: count * 10, unlocks: [`door-${count}`] },
    })),
    { id: 'secret', title: 'Secret', hidden: true, requirement: { type: 'actions_completed', count: 1 } },
  ],
}
const now = (): Date => new Date('2026-06-01T12:00Z')

describeOnEach(['pglite', 'pg'], 'users over HTTP', database => {
  const client = (): HttpClient => httpClient(database.db, { catalog, now })
  const completions = (userId: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({ userId, category: 'tutorial', itemKey: String(i) }))

  test('badges come in pages', async () => {
    const { send, service } = client()
    await service.record(completions('ann', 3))
    const first = await send('GET', '/v1/users/ann/badges?limit=2')
    expect(first.body.badges.map(({ id }: { id: string }) => id)).toEqual(['t1', 't2'])
    const second = await send('GET', `/v1/users/ann/badges?limit=2&cursor=${first.body.next}`)
    expect(second.body).toMatchObject({ badges: [{ id: 't3' }], next: null })
    expect((await send('GET', '/v1/users/ann/badges?cursor=nonsense')).status).toBe(400)
  })

  test('what comes next, what is open and what waits to be celebrated are read', async () => {
    const { send, service } = client()
    await service.record(completions('ann', 1))
    const { body } = await send('GET', '/v1/users/ann/next?limit=1&locale=de')
    expect(body.milestones).toMatchObject([
      { id: 't2', title: '2 Tutorials', step: { type: 'complete', remaining: 1 } },
    ])
    expect((await send('GET', '/v1/users/ann/unlocks')).body).toEqual({ unlocks: ['door-1'] })
    expect((await send('GET', '/v1/users/ann/unseen')).body.badges).toMatchObject([{ id: 't1' }])
    expect((await send('POST', '/v1/users/ann/seen', { body: { badgeIds: ['t1', 't2'] } })).body).toEqual({
      seen: ['t1'],
    })
    expect((await send('GET', '/v1/users/ann/unseen')).body.badges).toEqual([])
  })

  test('a badge marked as seen is still celebrated by that caller if the answer was lost', async () => {
    const { send, service } = client()
    await service.record(completions('ann', 1))
    const mark = { body: { badgeIds: ['t1'] }, headers: { 'idempotency-key': 'one-of-this-tab' } }
    expect((await send('POST', '/v1/users/ann/seen', mark)).body).toEqual({ seen: ['t1'] })
    expect((await send('POST', '/v1/users/ann/seen', mark)).body).toEqual({ seen: ['t1'] })
    const elsewhere = { ...mark, headers: { 'idempotency-key': 'one-of-another' } }
    expect((await send('POST', '/v1/users/ann/seen', elsewhere)).body).toEqual({ seen: [] })
  })

  test('an explanation says what counted; of hidden milestones to servers alone', async () => {
    const { send, service } = client()
    await service.record(completions('ann', 1))
    const { body } = await send('GET', '/v1/users/ann/milestones/t1/explanation')
    expect(body).toMatchObject({ isEarned: true, requirement: { type: 'count', counted: { count: 1 } } })
    const hidden = await send('GET', '/v1/users/ann/milestones/secret/explanation')
    expect(hidden).toMatchObject({ status: 404, body: { code: 'MILESTONE_NOT_FOUND' } })
    const shown = await send('GET', '/v1/users/ann/milestones/secret/explanation?includeHidden=true')
    expect(shown.body.milestone.title).toBe('Secret')
  })

  test('a name that a schema leaves out is refused, not forgotten', async () => {
    const { send, service } = client()
    const body = JSON.parse('{"attributes":{"team":"red","__proto__":"x"}}')
    expect(await send('PUT', '/v1/users/ann/settings', { body })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/attributes/__proto__' }] },
    })
    expect((await service.getUserSettings('ann')).attributes).toEqual({})
  })

  test('badges are awarded and revoked manually, and the log has the author', async () => {
    const { send } = client()
    const body = { badgeId: 't3', reason: 'at the fair' }
    expect((await send('POST', '/v1/users/ann/award', { body, scopes: ['award'] })).body).toMatchObject({
      status: 'awarded',
      badge: { id: 't3' },
    })
    expect((await send('POST', '/v1/users/ann/revoke', { body })).body).toMatchObject({ status: 'revoked' })
    expect((await send('POST', '/v1/users/ann/revoke', { body })).body).toEqual({ status: 'not-held', revoked: [] })
    const { audit } = (await send('GET', '/v1/users/ann/export')).body
    expect(audit).toMatchObject([
      { action: 'award', by: 'service:the test', reason: 'at the fair' },
      { action: 'revoke' },
    ])
  })

  test('pauses are added, listed and deleted, in days or instants', async () => {
    const { send } = client()
    const scopes = ['admin'] as const
    const days = { from: '2026-05-08', until: '2026-05-10', reason: 'ill' }
    const own = await send('POST', '/v1/pauses', { body: { userId: 'ann', ...days }, scopes: [...scopes] })
    expect(own).toMatchObject({ status: 200, body: { userId: 'ann', ...days, by: 'service:the test' } })
    const instants = { from: '2026-05-08T12:00:00+02:00', until: '2026-05-08T11:00:00Z', reason: 'outage' }
    const common = await send('POST', '/v1/pauses', { body: { userId: null, ...instants }, scopes: [...scopes] })
    expect(common.body).toMatchObject({ userId: null, from: '2026-05-08T10:00:00.000Z' })
    expect((await send('GET', '/v1/pauses?userId=ann', { scopes: [...scopes] })).body).toEqual({ pauses: [own.body] })
    expect((await send('GET', '/v1/pauses', { scopes: [...scopes] })).body).toEqual({ pauses: [common.body] })
    const address = `/v1/pauses/${own.body.id}?reason=mistake`
    const deleted = await send('DELETE', address, { scopes: [...scopes] })
    expect(deleted.body).toEqual({ status: 'deleted', pause: own.body, revoked: [] })
    const missing = { status: 200, body: { status: 'not-found' } }
    expect(await send('DELETE', address, { scopes: [...scopes] })).toMatchObject(missing)
    const mixed = { userId: 'ann', from: '2026-05-08', until: '2026-05-10T00:00:00Z', reason: 'x' }
    expect((await send('POST', '/v1/pauses', { body: mixed, scopes: [...scopes] })).status).toBe(400)
  })

  test('a badge is given from an earlier date, and taken so that it may or may not be earned again', async () => {
    const { send, service } = client()
    const hand = { badgeId: 't1', reason: 'at the fair' }
    const at = '2026-03-01T10:00:00+02:00'
    const given = await send('POST', '/v1/users/ann/award', { body: { ...hand, at } })
    expect(given.body.badge.earnedAt).toBe('2026-03-01T08:00:00.000Z')
    for (const [lasting, awarded] of [
      [true, []],
      [false, ['t1']],
    ] as const) {
      await send('POST', '/v1/users/ann/award', { body: hand })
      expect((await send('POST', '/v1/users/ann/revoke', { body: { ...hand, lasting } })).body.status).toBe('revoked')
      const [done] = await service.record(completions('ann', 1)).then(results => [results].flat())
      expect(done?.awarded.map(({ id }) => id)).toEqual(awarded)
      await service.undo(
        { userId: 'ann', category: 'tutorial', itemKey: done!.completion.itemKey },
        { reason: 'again' },
      )
    }
    const wrong: readonly [string, object][] = [
      ['award', { at: '2999-01-01T00:00:00Z' }],
      ['award', { at: 'yesterday' }],
      ['award', { lasting: true }],
      ['revoke', { lasting: 'yes' }],
      ['revoke', { at }],
    ]
    for (const [verb, more] of wrong) {
      const { status } = await send('POST', `/v1/users/ann/${verb}`, { body: { ...hand, ...more } })
      expect(status, JSON.stringify(more)).toBe(400)
    }
  })

  test('an award runs once per Idempotency-Key, and refusals are replayed too', async () => {
    const { send } = client()
    const headers = { 'idempotency-key': '"k1"' }
    const body = { badgeId: 't3', reason: 'at the fair' }
    const first = await send('POST', '/v1/users/ann/award', { body, headers })
    const again = await send('POST', '/v1/users/ann/award', { body, headers })
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    const other = await send('POST', '/v1/users/ann/award', { body: { ...body, reason: 'other' }, headers })
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
    const bad = { body, headers: { 'idempotency-key': 'a b' } }
    expect((await send('POST', '/v1/users/ann/award', bad)).status).toBe(400)
    const missing = { body: { ...body, badgeId: 'none' }, headers: { 'idempotency-key': 'k2' } }
    expect((await send('POST', '/v1/users/ann/award', missing)).status).toBe(404)
    const replayed = await send('POST', '/v1/users/ann/award', missing)
    expect([replayed.status, replayed.headers.get('idempotent-replayed')]).toEqual([404, 'true'])
  })

  test('settings are changed together, or not at all if one is invalid', async () => {
    const { send } = client()
    const body = { timeZone: 'Europe/Berlin', dayStartsAt: '04:00', visibility: 'quiet' }
    const attributes = { team: 'red' }
    expect((await send('PUT', '/v1/users/ann/settings', { body: { ...body, attributes } })).body).toEqual({
      ...body,
      attributes,
    })
    const wrong = await send('PUT', '/v1/users/ann/settings', {
      body: { timeZone: '+02:00', visibility: 'off', attributes: { team: null } },
    })
    expect(wrong).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } })
    expect((await send('PUT', '/v1/users/ann/settings', { body: {} })).body).toEqual({ ...body, attributes })
    expect((await send('GET', '/v1/users/ann/settings')).body).toEqual({ ...body, attributes })
  })

  test('an erased user is gone, and cannot be recorded', async () => {
    const { send, service } = client()
    await service.record(completions('ann', 1))
    const { body } = await send('POST', '/v1/users/ann/erase', { body: { reason: 'asked to' } })
    expect(body).toMatchObject({ status: 'erased' })
    const late = await send('POST', '/v1/completions', { body: completions('ann', 1) })
    expect(late).toMatchObject({ status: 410, body: { code: 'USER_ERASED', errors: [{ pointer: '/0/userId' }] } })
  })

  test('rows of the host are found by a check', async () => {
    const { send } = client()
    expect((await send('POST', '/v1/users/ann/check', { scopes: ['record'] })).body).toEqual({ awarded: [] })
    expect((await send('POST', '/v1/users/ann/check', { body: { userId: 'bob' } })).status).toBe(400)
  })

  test('statistics and the leaderboard are read, page by page', async () => {
    const { send, service } = client()
    await service.record([...completions('ann', 3), ...completions('bob', 2), ...completions('cem', 1)])
    expect((await send('GET', '/v1/milestones/t2/statistics')).body.milestones).toMatchObject([{ holderCount: 2 }])
    const all = await send('GET', '/v1/statistics')
    expect(all.body.milestones).toEqual(expect.arrayContaining([expect.objectContaining({ id: 't2', holderCount: 2 })]))
    const first = await send('GET', '/v1/leaderboard?limit=2')
    expect(first.body.entries).toMatchObject([{ userId: 'ann', rank: 1 }, { userId: 'bob' }])
    const second = await send('GET', `/v1/leaderboard?limit=2&cursor=${first.body.next}`)
    expect(second.body).toMatchObject({ entries: [{ userId: 'cem' }], next: null })
    await service.updateUserSettings('bob', { attributes: { team: 'red: 1' } })
    const group = await send('GET', `/v1/leaderboard?group=${encodeURIComponent('team:red: 1')}`)
    expect(group.body.entries).toMatchObject([{ userId: 'bob', rank: 1 }])
    expect((await send('GET', '/v1/leaderboard?group=red')).status).toBe(400)
    const around = await send('GET', '/v1/leaderboard?around=bob&limit=1&period=week')
    expect(around.body.entries).toMatchObject([{ userId: 'bob', rank: 2 }])
    expect((await send('GET', `/v1/leaderboard?around=bob&cursor=${first.body.next}`)).status).toBe(400)
  })
})
