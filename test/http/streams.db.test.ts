import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Scope } from '../../src/core/users/scope.js'
import type { CallerCredential } from '../../src/http/auth/credential.js'
import { until, untilSettled } from '../races/interleaving.js'
import { describeOnEach, everyDatabase } from '../support/databases.js'
import type { ReadEvent } from '../support/event-reader.js'
import { anyRequest, lesson, openDesk } from './stream-desk.js'

const told = ({ event, data }: ReadEvent): string => {
  const { userId, sequence, badge } = JSON.parse(data).data
  return `${userId} ${sequence} ${event} ${badge.id}`
}
const hand = { reason: 'asked for it' }

describeOnEach(everyDatabase, 'a stream', database => {
  test('sends the awards and revocations of all users, each with an id, as they are committed', async () => {
    const { service, open, streams } = await openDesk(database.db)
    const reader = await open()
    await service.record(lesson('ann'))
    await service.record([lesson('bob'), lesson('bob', 'b')])
    await service.undo({ userId: 'ann', category: 'lesson', itemKey: 'a' }, hand)
    const events = await reader.take(4)
    expect(events.map(told)).toEqual([
      'ann 1 badge.awarded lesson-1',
      'bob 1 badge.awarded lesson-1',
      'bob 2 badge.awarded lesson-2',
      'ann 2 badge.revoked lesson-1',
    ])
    expect(new Set(events.map(({ id }) => id)).size).toBe(4)
    streams.close()
  })

  test('sends a user nothing about others', async () => {
    const { service, open, streams } = await openDesk(database.db)
    const reader = await open({ userId: 'ann' })
    await service.record(lesson('bob'))
    await service.record(lesson('ann'))
    expect((await reader.take(1)).map(told)).toEqual(['ann 1 badge.awarded lesson-1'])
    streams.close()
    expect(await reader.next()).toBeNull()
  })

  test('continues after the last id without a gap or a repeat', async () => {
    const { service, open, streams } = await openDesk(database.db)
    const first = await open({ userId: 'ann' })
    await service.record(lesson('ann'))
    await first.take(1)
    await first.cancel()
    await service.record([lesson('ann', 'b'), lesson('bob')])
    const second = await open({ userId: 'ann', lastEventId: first.lastEventId() })
    await service.record(lesson('ann', 'c'))
    expect((await second.take(2)).map(told)).toEqual(['ann 2 badge.awarded lesson-2', 'ann 3 badge.awarded lesson-3'])
    streams.close()
    expect(await second.next()).toBeNull()
  })

  test('tells a reader to read everything again if its id is too old or invalid', async () => {
    const { service, open, streams, feed } = await openDesk(database.db)
    for (const lastEventId of ['0-0', 'nonsense', '']) {
      await untilSettled(feed)
      const reader = await open({ lastEventId })
      expect(await reader.next()).toMatchObject({ event: 'reset', data: '{}' })
      await reader.cancel()
      const again = await open({ lastEventId: reader.lastEventId() })
      await service.record(lesson(`after ${lastEventId}`))
      expect((await again.take(1)).map(told)).toEqual([`after ${lastEventId} 1 badge.awarded lesson-1`])
      await again.cancel()
    }
    streams.close()
  })

  test('sends progress where asked for: at once, and when it changed', async () => {
    const { service, open, streams } = await openDesk(database.db)
    const reader = await open({ userId: 'ann', withProgress: true })
    const [before] = await reader.take(1)
    expect(before).toMatchObject({ event: 'progress' })
    expect(JSON.parse(before!.data)).toMatchObject({ userId: 'ann', completedMilestones: [] })
    await service.record(lesson('ann'))
    const events = await reader.take(2)
    expect(events.map(({ event }) => event).sort()).toEqual(['badge.awarded', 'progress'])
    const after = events.find(({ event }) => event === 'progress')
    expect(JSON.parse(after!.data)).toEqual(JSON.parse(JSON.stringify(await service.getUserProgress('ann'))))
    streams.close()
  })

  test('shows that it is alive, and lets quiet readers keep up', async () => {
    const { service, open, streams } = await openDesk(database.db, { heartbeatMs: 5 })
    const reader = await open({ userId: 'ann' })
    const before = reader.lastEventId()
    await service.record(lesson('bob'))
    let block: string | null = null
    await until(async () => {
      block = await reader.block()
      return reader.lastEventId() !== before
    })
    expect(block).toMatch(/^: alive\nid: /)
    streams.close()
  })

  test('ends when its credential is no longer valid, while others continue', async () => {
    const bad: CallerCredential = { type: 'user', userId: 'ann', expiresAt: null }
    let isRevoked = false
    const { service, open, streams } = await openDesk(database.db, {
      isAlive: async credential => !(isRevoked && credential === bad),
    })
    const [ending, staying] = [await open({ credential: bad, userId: 'ann' }), await open({ userId: 'ann' })]
    isRevoked = true
    expect(await ending.next()).toBeNull()
    await service.record(lesson('ann'))
    expect(await staying.take(1)).toHaveLength(1)
    streams.close()
  })

  test('ends when its reader goes or aborts, and stops reading the feed after the last', async () => {
    const { open, streams } = await openDesk(database.db)
    const abort = new AbortController()
    const [aborted, cancelled] = [await open({ signal: abort.signal }), await open()]
    expect(streams.openCount()).toBe(2)
    abort.abort()
    expect(await aborted.next()).toBeNull()
    await cancelled.cancel()
    expect(streams.openCount()).toBe(0)
    streams.close()
  })

  test('ends at close with a hint when to come again; after that there is none', async () => {
    const { open, streams } = await openDesk(database.db)
    const reader = await open()
    streams.close()
    expect(await reader.next()).toBeNull()
    expect(reader.retryMs()).toBe(3_000)
    expect(streams.open(anyRequest())).toMatchObject({ status: 'full' })
  })

  test('is refused beyond the most of a user and of a process', async () => {
    const { open, streams } = await openDesk(database.db, { maxStreams: 3, maxStreamsPerUser: 1 })
    const first = await open({ userId: 'ann' })
    expect(streams.open({ ...anyRequest(), userId: 'ann' })).toEqual({ status: 'full-for-user', retryAfterSeconds: 30 })
    await open({ userId: 'bob' })
    await open()
    expect(streams.open(anyRequest())).toEqual({ status: 'full', retryAfterSeconds: 5 })
    await first.cancel()
    await open({ userId: 'ann' })
    streams.close()
  })

  test('of a user leave room for those that servers open about the user, each for itself', async () => {
    const { open, streams } = await openDesk(database.db, { maxStreamsPerUser: 2 })
    const ann = { credential: { type: 'user', userId: 'ann', expiresAt: null }, userId: 'ann' } as const
    for (let i = 0; i < 2; i++) await open(ann)
    expect(streams.open({ ...anyRequest(), ...ann }).status).toBe('full-for-user')
    for (let i = 0; i < 2; i++) await open({ userId: 'ann' })
    expect(streams.open({ ...anyRequest(), userId: 'ann' }).status).toBe('full-for-user')
    const other = { type: 'host', name: 'mail', scopes: new Set<Scope>(['read']) } as const
    await open({ credential: other, userId: 'ann' })
    streams.close()
  })

  test('ends for one credential, though another cannot be asked about', async () => {
    const [good, bad]: CallerCredential[] = [anyRequest().credential, { type: 'user', userId: 'ann', expiresAt: null }]
    const { open, streams, errors } = await openDesk(database.db, {
      isAlive: async credential => {
        if (credential === good) throw new Error('cannot be asked')
        return false
      },
    })
    await open({ credential: good! })
    const ending = await open({ credential: bad! })
    expect(await ending.next()).toBeNull()
    expect(streams.openCount()).toBe(1)
    expect(errors.length).toBeGreaterThan(0)
    streams.close()
  })

  test('drops only the reader that does not keep up', async () => {
    const { service, streams, open } = await openDesk(database.db, { queueBytes: 2_000, heartbeatMs: 60_000 })
    const answer = streams.open(anyRequest())
    const reader = await open()
    for (let i = 0; i < 20; i++) {
      await service.record(lesson(`user ${i}`))
      await reader.take(1)
    }
    expect(streams.openCount()).toBe(1)
    const slow = answer.status === 'open' ? answer.response.text() : null
    await expect(slow).rejects.toThrow('too slow')
    streams.close()
  })

  test('outlives a fault of the database', async () => {
    const { service, open, streams, errors } = await openDesk(database.db)
    const reader = await open()
    await database.rows(sql`alter table milepost.outbox rename to outbox_away`)
    await until(async () => (await database.rows(sql`select`)).length === 1 && errors.length > 0)
    await database.rows(sql`alter table milepost.outbox_away rename to outbox`)
    await service.record(lesson('ann'))
    expect(await reader.take(1)).toHaveLength(1)
    streams.close()
  })
})
