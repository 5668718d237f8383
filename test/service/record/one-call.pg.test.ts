import { drizzle } from 'drizzle-orm/node-postgres'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import {
  type CompletionInput,
  createMilestoneService,
  defineCatalog,
  type MilestoneService,
} from '../../../src/index.js'
import { openGatedPool } from '../../faults/gated-pool.js'
import { describeOnEach } from '../../support/databases.js'

const catalog = defineCatalog({
  milestones: [
    {
      id: 'three',
      title: 'Three',
      requirement: { type: 'count', category: 'lesson', target: 3 },
      reward: { points: 10 },
    },
    { id: 'best', title: 'Best', requirement: { type: 'best', category: 'quiz', property: 'score', target: 90 } },
    {
      id: 'each-five',
      title: 'Each five',
      requirement: { type: 'total', category: 'walk', property: 'km', target: 5 },
      repeatable: {},
    },
    { id: 'fast', title: 'Fast', requirement: { type: 'lowest', category: 'run', property: 'seconds', target: 10 } },
  ],
})
const done = (userId: string, category: string, itemKey: string, metadata = {}): CompletionInput => {
  return { userId, category, itemKey, metadata }
}
const lesson = (userId: string, itemKey: string): CompletionInput => done(userId, 'lesson', itemKey)

describeOnEach(['pg'], 'a single call', database => {
  let service: MilestoneService
  let sent: string[]
  let setCounting: (isCounting: boolean) => void
  const shown = (results: readonly { status: string; awarded: readonly { id: string }[] }[]) =>
    results.map(({ status, awarded }) => [status, ...awarded.map(({ id }) => id)].join(' '))

  beforeEach(async () => {
    const { pool, setGate } = openGatedPool(database.url, 4)
    onTestFinished(() => pool.end())
    sent = []
    setCounting = isCounting =>
      setGate(
        isCounting
          ? async statement => {
              sent.push(statement.replace(/\(\$.*/s, '(…)'))
              return undefined
            }
          : undefined,
      )
    service = createMilestoneService({ db: drizzle(pool), catalog })
    for (const userId of ['ann', 'bob', 'cid']) await service.record(lesson(userId, 'welcome'))
    setCounting(true)
  })

  const call = 'select "milepost"."record_2"(…)'

  test('is all that is sent for a completion that earns nothing', async () => {
    expect(shown([await service.record(lesson('ann', 'a'))])).toEqual(['recorded'])
    expect(sent).toEqual([call])
    expect(await service.verify()).toEqual([])
  })

  test('is one of three statements in the transaction of a host', async () => {
    const host = drizzle(openPool())
    await host.transaction(async tx => {
      const results = await service.record([lesson('ann', 'a'), lesson('bob', 'a')], { db: tx })
      expect(shown(results)).toEqual(['recorded', 'recorded'])
    })
    expect(sent).toEqual(['begin', 'savepoint sp1', call, 'release savepoint sp1', 'commit'])
  })

  test('leaves a user who crosses a target, who is then awarded', async () => {
    await service.record(lesson('ann', 'a'))
    expect(shown([await service.record(lesson('ann', 'b'))])).toEqual(['recorded three'])
    expect(await service.verify()).toEqual([])
  })

  test('stores nobody of a call with several users if one of them crosses a target', async () => {
    await service.record(lesson('ann', 'a'))
    const results = await service.record([
      lesson('bob', 'a'),
      lesson('ann', 'b'),
      lesson('new', 'a'),
      lesson('bob', 'a'),
    ])
    expect(shown(results)).toEqual(['recorded', 'recorded three', 'recorded', 'duplicate'])
    expect(await service.verify()).toEqual([])
  })

  test('stores in a gathered batch those who cross nothing, and the others after them', async () => {
    await service.record(lesson('ann', 'a'))
    const inputs = [
      lesson('cid', 'a'),
      lesson('bob', 'a'),
      lesson('ann', 'b'),
      lesson('cid', 'welcome'),
      lesson('new', 'a'),
      lesson('bob', 'b'),
      lesson('cid', 'a'),
    ]
    const results = await Promise.all(inputs.map(input => service.record(input)))
    expect(shown(results)).toEqual([
      'recorded',
      'recorded',
      'recorded three',
      'duplicate',
      'recorded',
      'recorded three',
      'duplicate',
    ])
    expect(await service.verify()).toEqual([])
  })

  test('takes back what it raised of a user who crosses a target', async () => {
    await service.record(done('ann', 'quiz', 'a', { score: 50 }))
    const [quiz, walk] = await Promise.all([
      service.record([done('ann', 'quiz', 'b', { score: 95 }), done('ann', 'walk', 'a', { km: 3 })]),
      service.record(done('bob', 'walk', 'a', { km: 4.5 })),
    ])
    expect([shown(quiz), shown([walk])]).toEqual([['recorded best', 'recorded'], ['recorded']])
    expect(shown([await service.record(done('bob', 'walk', 'b', { km: 10.5 }))])).toEqual([
      'recorded each-five@1 each-five@2 each-five@3',
    ])
    expect(shown([await service.record(done('bob', 'run', 'a', { seconds: 11 }))])).toEqual(['recorded'])
    expect(shown([await service.record(done('bob', 'run', 'b', { seconds: 9 }))])).toEqual(['recorded fast'])
    expect(await service.verify()).toEqual([])
  })

  test('answers a repeat as the statements do', async () => {
    const first = await service.record(lesson('ann', 'a'))
    const again = await service.record({ ...lesson('ann', 'a'), metadata: { score: 1 } })
    expect(again).toEqual({ ...first, status: 'duplicate', differs: ['metadata'] })
  })

  test('leaves a user with an undone completion', async () => {
    await service.record(lesson('ann', 'a'))
    await service.undo(lesson('ann', 'a'), { reason: 'mistake' })
    expect(shown(await Promise.all([service.record(lesson('ann', 'a')), service.record(lesson('bob', 'a'))]))).toEqual([
      'recorded',
      'recorded',
    ])
    expect(await service.verify()).toEqual([])
  })

  const openPool = () => {
    const { pool, setGate } = openGatedPool(database.url, 1)
    onTestFinished(() => pool.end())
    setGate(async statement => {
      sent.push(statement.replace(/\(\$.*/s, '(…)'))
      return undefined
    })
    return pool
  }
})
