import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import {
  type CompletionInput,
  createMilestoneService,
  defineCatalog,
  type MilestoneService,
} from '../../../src/index.js'
import { openGatedPool } from '../../faults/gated-pool.js'
import { openTransaction, untilBlocked } from '../../races/interleaving.js'
import { describeOnEach } from '../../support/databases.js'
import { clusterUrl } from '../../support/migrated-database.js'

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

  const call = `select "milepost"."${clusterUrl ? 'record_user_1' : 'record_3'}"(…)`

  test('is all that is sent for a completion that earns nothing', async () => {
    expect(shown([await service.record(lesson('ann', 'a'))])).toEqual(['recorded'])
    expect(sent).toEqual([call])
    expect(await service.verify()).toEqual([])
  })

  // In a cluster, a transaction of the host and users with an undone completion take several statements.
  const onOneNode = test.skipIf(clusterUrl)

  onOneNode('is one of three statements in the transaction of a host', async () => {
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
    const answers = ['recorded', 'recorded', 'recorded three', 'duplicate', 'recorded', 'recorded three', 'duplicate']
    // A cluster gathers the calls of each user for itself.
    expect(clusterUrl ? shown(results).sort() : shown(results)).toEqual(clusterUrl ? answers.sort() : answers)
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

  onOneNode('is all that is sent for a user whose other completions were folded or undone', async () => {
    await service.record(lesson('bob', 'a'))
    await service.undo(lesson('bob', 'a'), { reason: 'mistake' })
    await foldQuiz('ann')
    sent.length = 0
    expect(shown([await service.record(lesson('ann', 'b'))])).toEqual(['recorded'])
    expect(shown([await service.record(lesson('bob', 'b'))])).toEqual(['recorded'])
    expect(sent).toEqual([call, call])
    expect(await service.verify()).toEqual([])
  })

  test('leaves a folded user whose completion was folded, or is from before', async () => {
    await foldQuiz('ann', 'bob')
    const early = { ...lesson('bob', 'early'), completedAt: new Date('2020-01-01') }
    const [ann, cid, bob] = await Promise.allSettled([
      service.record(oldQuiz('ann')),
      service.record(lesson('cid', 'b')),
      service.record(early),
    ])
    expect(ann).toMatchObject({ value: { status: 'duplicate', isFolded: true } })
    expect(cid).toMatchObject({ value: { status: 'recorded' } })
    expect(bob).toMatchObject({ reason: { code: 'HISTORY_FOLDED' } })
    expect(await service.verify()).toEqual([])
  })

  test('sees what was folded while it waited for the user', async () => {
    const folding = await openTransaction(database.db)
    await folding.tx.execute(sql`update milepost.user_standings set has_undone = true where user_id = 'ann'`)
    const recording = service.record(lesson('ann', 'b'))
    await untilBlocked(database)
    const keys = sql`substring(sha256('b') for 16)`
    await folding.tx.execute(sql`insert into milepost.user_folds values ('ann', 1, '2021-01-01', 1, '{}', now())`)
    await folding.tx.execute(sql`insert into milepost.folded_keys values ('ann', 'lesson', ${keys}, 1, ${keys})`)
    await folding.commit()
    expect(await recording).toMatchObject({ status: 'duplicate', isFolded: true })
  })

  const oldQuiz = (userId: string): CompletionInput => {
    return { ...done(userId, 'quiz', 'old', { score: 1 }), completedAt: new Date('2021-01-01') }
  }

  /** Folds a quiz of each of some users. */
  const foldQuiz = async (...userIds: readonly string[]): Promise<void> => {
    await service.apply(catalog)
    await service.record(userIds.map(oldQuiz))
    const { completionCount } = await service.foldCompletions(new Date('2021-06-01'), { categories: ['quiz'] })
    expect(completionCount).toBe(userIds.length)
  }

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
