import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { sharedSecretKey } from '../../src/http/auth/user-token-keys.js'
import { openTransaction, untilBlocked } from '../races/interleaving.js'
import { describeOnEach } from '../support/databases.js'
import { httpClient, type Sent } from '../support/http-client.js'
import { watched } from '../support/watched.js'

const catalog = {
  milestones: [{ id: 'one', title: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } }],
}
const options = {
  catalog,
  userTokens: { keys: [sharedSecretKey('a'.repeat(32))], audience: 'a', leaderboard: true },
} as const
const lesson = (userId: string) => ({ body: { userId, category: 'lesson', itemKey: 'a' } })

describeOnEach(['pglite', 'pg'], 'figures', database => {
  const counting = () => {
    let [countCount, underWay, mostAtOnce] = [0, 0, 0]
    const db = watched(database.session, (text, answered) => {
      if (!/badge_statistics_|count\(distinct user_id\)/.test(text)) return
      countCount += 1
      underWay += 1
      mostAtOnce = Math.max(mostAtOnce, underWay)
      const end = (): void => {
        underWay -= 1
      }
      answered.then(end, end)
    })
    return { ...httpClient(db, { catalog }), counted: () => ({ countCount, mostAtOnce }) }
  }

  test('are counted once for each of a few windows, no matter what users ask for and how often', async () => {
    const { send, counted } = counting()
    await send('POST', '/v1/completions', lesson('ann'))
    const days = [...Array.from({ length: 40 }, (_, i) => i + 1), 90, 91, 365, 36_500]
    const paths = days.flatMap(n => [`/v1/statistics?activeDays=${n}`, `/v1/milestones/one/statistics?activeDays=${n}`])
    const answers = await Promise.all(
      [...paths, ...paths, '/v1/statistics'].map(path => send('GET', path, { user: 'ann' })),
    )
    const allowed = [
      ...new Set(answers.map(({ status }, i) => (status === 200 ? days[Math.floor((i % paths.length) / 2)] : 0))),
    ]
    expect(allowed.sort()).toEqual([0, 1, 30, 365, 7, 90])
    const refused = answers.find(({ status }) => status !== 200)!
    expect(refused.body).toMatchObject({ code: 'FORBIDDEN', errors: [{ pointer: '/activeDays' }] })
    expect(counted()).toEqual({ countCount: 4, mostAtOnce: 1 })
  })

  test('are counted one at a time for keys too, in Studio as well, and the last few are kept', async () => {
    const { send, counted } = counting()
    const days = Array.from({ length: 12 }, (_, i) => i + 1)
    const ask = (n: number) => send('GET', `/v1/statistics?activeDays=${n}`)
    const answers = await Promise.all([
      ...days.map(ask),
      send('GET', '/v1/studio/overview'),
      send('GET', '/v1/studio/milestones'),
    ])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(counted()).toEqual({ countCount: 14, mostAtOnce: 1 })
    await ask(12)
    expect(counted().countCount).toBe(14)
    // Of those that took a second, as they may on a busy machine, the result is stored too.
    await database.rows(sql`delete from milepost.kept_counts`)
    await ask(1)
    expect(counted().countCount).toBe(15)
  })
})

describeOnEach(['pg', 'postgres.js'], 'slow reads', database => {
  const slow = '/v1/leaderboard?group=team:red'
  const callers: readonly Sent[] = [{ user: 'ann' }, { user: 'bob' }, { scopes: ['read'] }]

  test.each(callers)(
    'of %o leave connections to recording and readiness, and are answered in the end',
    async caller => {
      const { send } = httpClient(database.db, options)
      const lock = await openTransaction(database.db)
      await lock.tx.execute(sql`lock table milepost.user_attributes in access exclusive mode`)
      const reads = Array.from({ length: 40 }, () => send('GET', slow, caller))
      await untilBlocked(database, caller.user === undefined ? 5 : 2)
      expect((await send('POST', '/v1/completions', lesson('cid'))).body).toMatchObject({ status: 'recorded' })
      expect((await send('GET', '/readyz', { scopes: null })).body).toMatchObject({ status: 'ready' })
      // Nor do they keep others from reading.
      if (caller.user !== undefined) {
        expect((await send('GET', '/v1/users/dee/progress', { user: 'dee' })).status).toBe(200)
      }
      await lock.rollback()
      expect(new Set((await Promise.all(reads)).map(({ status }) => status))).toEqual(new Set([200]))
    },
  )

  test('a user whose writes are waiting leaves connections for others', async () => {
    const { send } = httpClient(database.db, options)
    await send('POST', '/v1/completions', lesson('ann'))
    const lock = await openTransaction(database.db)
    await lock.tx.execute(sql`select from milepost.user_standings where user_id = 'ann' for update`)
    const writes = Array.from({ length: 30 }, (_, i) => [
      send('PUT', '/v1/users/ann/settings', { user: 'ann', body: { attributes: { team: `${i}` } } }),
      send('POST', '/v1/users/ann/seen', { user: 'ann', body: { badgeIds: ['one'] } }),
    ]).flat()
    await untilBlocked(database, 2)
    expect((await send('POST', '/v1/completions', lesson('bob'))).body).toMatchObject({ status: 'recorded' })
    expect((await send('GET', '/v1/users/bob/progress', { user: 'bob' })).status).toBe(200)
    await lock.rollback()
    expect(new Set((await Promise.all(writes)).map(({ status }) => status))).toEqual(new Set([200]))
  })
})
