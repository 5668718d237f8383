import { expect, test } from 'vitest'
import type { NewCompletion } from '../../core/users/completion.js'
import { createGatherer, type SendBatch } from './gather.js'
import type { RecordResult } from './record.js'

const completion = (userId: string, itemKey: string): NewCompletion => {
  const completedAt = new Date('2026-01-01T00:00Z')
  return {
    userId,
    category: 'lesson',
    itemKey,
    metadata: {},
    metadataJson: '{}',
    givenAt: null,
    isMetadataGiven: false,
    completedAt,
  }
}
const answerOf = ({ userId, itemKey }: NewCompletion) => `${userId} ${itemKey}` as unknown as RecordResult

test('no batch contains a user that another call waits for separately, and each call gets its own answer', async () => {
  const sent: string[][] = []
  let isLocked = true
  let release: () => void = () => {}
  const lockGone = new Promise<void>(resolve => {
    release = resolve
  })
  const send: SendBatch = async (completions, attempt) => {
    const userIds = [...new Set(completions.map(({ userId }) => userId))]
    if (attempt === 0) sent.push(userIds)
    if (!isLocked || !userIds.includes('ann')) return completions.map(answerOf)
    if (attempt > 0) await lockGone
    throw Object.assign(new Error('lock timeout'), { code: '55P03' })
  }
  const { submit, drain } = createGatherer(
    { quick: async completions => completions.map(() => null), send },
    { patienceMs: 60_000, connectionCount: 10 },
  )
  const first = submit([completion('ann', 'a')])
  const beside = submit([completion('bob', 'a')])
  expect(await beside).toEqual(['bob a'])

  const later = ['b', 'c'].map(key => submit([completion('ann', key)]))
  const others = ['bob', 'cid'].map(userId => submit([completion(userId, 'b')]))
  expect(await Promise.all(others)).toEqual([['bob b'], ['cid b']])
  expect(sent.slice(1).flat()).not.toContain('ann')

  isLocked = false
  release()
  expect(await Promise.all([first, ...later])).toEqual([['ann a'], ['ann b'], ['ann c']])
  await drain()
})

test.each([
  { waitingCount: 99, connectionCount: 10, batches: [1] },
  { waitingCount: 100, connectionCount: 10, batches: [1, 98] },
  { waitingCount: 300, connectionCount: 10, batches: [1, 98] },
  { waitingCount: 300, connectionCount: 1, batches: [1] },
])(
  'beside a running batch, $waitingCount calls over $connectionCount connections wait in batches of $batches',
  async ({ waitingCount, connectionCount, batches }) => {
    const sent: (readonly NewCompletion[])[] = []
    let release: () => void = () => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    const send: SendBatch = async completions => {
      sent.push(completions)
      await held
      return completions.map(answerOf)
    }
    const quick = async (completions: readonly NewCompletion[]) => completions.map(() => null)
    const { submit, drain } = createGatherer({ quick, send }, { patienceMs: 60_000, connectionCount })
    const first = submit([completion('ann', 'first')])
    // Two of them are of the user whose batch is running.
    const userOf = (i: number): string => (i < 2 ? 'ann' : `user ${i}`)
    const others = Array.from({ length: waitingCount }, (_, i) => submit([completion(userOf(i), `item ${i}`)]))
    await new Promise(resolve => setImmediate(resolve))
    expect(sent.map(({ length }) => length)).toEqual(batches)
    expect(
      sent
        .slice(1)
        .flat()
        .map(({ userId }) => userId),
    ).not.toContain('ann')
    release()
    expect(await Promise.all([first, ...others])).toHaveLength(waitingCount + 1)
    await drain()
  },
)

test.each([
  { connectionCount: 10, beside: ['bob b'] },
  { connectionCount: 1, beside: [] },
])(
  'what a quick batch leaves is sent beside the next batch, where there are $connectionCount connections',
  async ({ connectionCount, beside }) => {
    const stored: string[] = []
    let release: () => void = () => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    const quick = async (completions: readonly NewCompletion[]) =>
      completions.map(each => {
        if (each.userId === 'ann') return null
        stored.push(`${each.userId} ${each.itemKey}`)
        return answerOf(each)
      })
    const send: SendBatch = async completions => {
      await held
      return completions.map(answerOf)
    }
    const { submit, drain } = createGatherer({ quick, send }, { patienceMs: 60_000, connectionCount })
    const calls = [submit([completion('zoe', 'a')]), submit([completion('ann', 'a')]), submit([completion('bob', 'a')])]
    await calls[2]
    calls.push(submit([completion('ann', 'b')]), submit([completion('bob', 'b')]))
    await new Promise(resolve => setImmediate(resolve))
    expect(stored).toEqual(['zoe a', 'bob a', ...beside])
    release()
    expect((await Promise.all(calls)).flat()).toEqual(['zoe a', 'ann a', 'bob a', 'ann b', 'bob b'])
    await drain()
  },
)
