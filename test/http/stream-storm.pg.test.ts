import { expect, test } from 'vitest'
import { until } from '../races/interleaving.js'
import { inLanes, names, randomFrom } from '../races/lists.js'
import { describeOnEach } from '../support/databases.js'
import type { EventReader } from '../support/event-reader.js'
import { scale } from '../support/scale.js'
import { lesson, openDesk, type StreamDesk } from './stream-desk.js'

const readerCount = scale(100, 500)
const userIds = names('user', 50)
const hand = { reason: 'changed my mind' }

type Heard = { readonly userId: string; readonly sequence: number; readonly badge: { readonly id: string } }

/** Comes and goes, each time after its last id, until it has heard of the last badge of everybody whom it reads. */
async function read(desk: StreamDesk, userId: string | undefined, random: () => number): Promise<readonly Heard[]> {
  const heard: Heard[] = []
  let endCount = 0
  let reader: EventReader = await desk.open({ userId })
  let lastEventId = reader.lastEventId()
  for (;;) {
    for (let left = 1 + Math.floor(random() * 5); left > 0; left--) {
      const event = await reader.next()
      if (!event) break
      if (event.event === 'reset') throw new Error('told to read anew')
      const { data } = JSON.parse(event.data) as { data: Heard }
      heard.push(data)
      if (data.badge.id === 'lesson-3') endCount += 1
      if (endCount === (userId === undefined ? userIds.length : 1)) return reader.cancel().then(() => heard)
    }
    lastEventId = reader.lastEventId() || lastEventId
    await reader.cancel()
    await new Promise(setImmediate)
    const abort = new AbortController()
    reader = await desk.open({ userId, lastEventId, signal: abort.signal })
    if (random() < 0.1) abort.abort()
  }
}

describeOnEach(['pg'], `${readerCount} readers of streams`, database => {
  test('that come and go miss no badge and see none twice, and leave nothing behind', async () => {
    const seed = 815
    const random = randomFrom(seed)
    const desk = await openDesk(database.db, { maxStreamsPerUser: readerCount, pollMs: 20, heartbeatMs: 1_000 })
    const readers = Array.from({ length: readerCount }, (_, i) => {
      const userId = i % 25 === 0 ? undefined : userIds[i % userIds.length]
      return read(desk, userId, randomFrom(seed + i))
    })
    const everyone = Promise.all(readers)
    everyone.catch(() => {})
    // Written to only once all are there.
    await until(async () => desk.streams.openCount() >= readerCount)
    await inLanes(names('lane', 4), 4, async () => {
      for (let round = 0; round < scale(10, 1_000); round++) {
        const [userId, itemKey] = [userIds[Math.floor(random() * userIds.length)]!, random() < 0.5 ? 'a' : 'b']
        const others = userIds.filter(() => random() < 0.2)
        await desk.service.record([userId, ...others].map(each => lesson(each, itemKey)))
        await desk.service.undo({ userId, category: 'lesson', itemKey }, hand)
      }
    })
    for (const userId of userIds) await desk.service.awardBadge(userId, 'lesson-3', hand)
    const heard = await everyone
    const told = heard[0]!.map(({ userId, sequence }) => `${userId} ${sequence}`)
    expect(told.length).toBeGreaterThan(userIds.length * 2)
    for (const [i, own] of heard.entries()) {
      const wanted = i % 25 === 0 ? userIds : [userIds[i % userIds.length]!]
      for (const userId of wanted) {
        const sequences = own.filter(each => each.userId === userId).map(({ sequence }) => sequence)
        expect(sequences).toEqual(sequences.map((_, k) => k + 1))
        expect(told).toContain(`${userId} ${sequences.length}`)
        expect(told).not.toContain(`${userId} ${sequences.length + 1}`)
      }
    }
    expect(desk.errors).toEqual([])
    expect(desk.streams.openCount()).toBe(0)
    desk.streams.close()
  })
})
