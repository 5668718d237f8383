import { expect, test } from 'vitest'
import {
  type CompletionInput,
  createMilestoneService,
  defineCatalog,
  type MilestoneService,
  type Requirement,
} from '../../../src/index.js'
import { userProgress } from '../../../src/schema.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'

const at = (day: number): Date => new Date(Date.UTC(2026, 0, day))
const lesson = (itemKey: string, more: Partial<CompletionInput> = {}): CompletionInput => {
  return { userId: 'ann', category: 'tutorial', itemKey, ...more }
}
const lessons = (count: number, from = 0): CompletionInput[] => {
  return Array.from({ length: count }, (_, i) => lesson(`t${from + i}`, { completedAt: at(1 + from + i) }))
}

describeOnEach(everyDatabase, 'record', database => {
  const serviceWith = (...requirements: Requirement[]): MilestoneService => {
    const milestones = requirements.map((requirement, i) => ({ id: `m${i}`, title: `M${i}`, requirement }))
    return createMilestoneService({
      db: database.host.db,
      catalog: defineCatalog({ milestones }),
      whenUnapplied: 'warn',
    }) as MilestoneService
  }
  const awardedIds = async (service: MilestoneService, completions: readonly CompletionInput[]): Promise<string[]> => {
    const results = await service.record(completions)
    return results.flatMap(({ awarded }) => awarded.map(({ id }) => id))
  }

  test("awards a new user's first completion the complete first badge", async () => {
    const catalog = defineCatalog({
      milestones: [
        {
          id: 'first-steps',
          title: 'First Steps',
          description: 'Complete your first tutorial',
          icon: '🎯',
          requirement: { type: 'tutorials_completed', count: 1 },
          reward: { badge: 'First Steps', badgeIcon: '🥇', points: 30, unlocks: ['playground'] },
        },
      ],
    })
    const service = createMilestoneService({ db: database.host.db, catalog })
    const result = await service.record(lesson('intro', { completedAt: at(3) }))
    expect(result.status).toBe('recorded')
    expect(result.completion).toMatchObject({ ...lesson('intro'), metadata: {}, completedAt: at(3) })
    expect(result.awarded).toEqual([
      {
        id: 'first-steps',
        name: 'First Steps',
        icon: '🥇',
        description: 'Complete your first tutorial',
        rarity: 'rare',
        points: 30,
        unlocks: ['playground'],
        earnedAt: at(3),
        awardedBy: { category: 'tutorial', itemKey: 'intro' },
        category: 'milestone',
        ...{ replaces: null, expiresAt: null },
      },
    ])
    expect(await service.getUserBadges('ann')).toEqual(result.awarded)
    expect(await service.hasUnlock('ann', 'playground')).toBe(true)
  })

  test('stores a badge as a row that hand-made services can read', async () => {
    const service = serviceWith({ type: 'tutorials_completed', count: 1 })
    await service.record(lesson('intro', { completedAt: at(3) }))
    const rows = await database.db.select().from(userProgress)
    const without = { description: '', points: 0, unlocks: [] }
    expect(rows.find(row => row.category === 'milestone_badge')).toMatchObject({
      userId: 'ann',
      itemKey: 'm0',
      completedAt: at(3),
      metadata: { badge: 'M0', badgeIcon: '', category: 'milestone', rarity: 'common', ...without },
    })
  })

  test('answers a repeat with the first stored completion and the badges that it earned', async () => {
    const service = serviceWith({ type: 'tutorials_completed', count: 1 })
    const first = await service.record(lesson('intro', { metadata: { score: 1 }, completedAt: at(1) }))
    const again = await service.record(lesson('intro', { metadata: { score: 2 }, completedAt: at(2) }))
    expect(again).toEqual({ ...first, status: 'duplicate', differs: ['completedAt', 'metadata'] })
  })

  test('takes the first of two rows with one key in a batch', async () => {
    const service = serviceWith({ type: 'total', category: 'tutorial', property: 'n', target: 5 })
    const results = await service.record([lesson('a', { metadata: { n: 5 } }), lesson('a', { metadata: { n: 9 } })])
    expect(results.map(({ status, completion }) => [status, completion.metadata])).toEqual([
      ['recorded', { n: 5 }],
      ['duplicate', { n: 5 }],
    ])
    expect(results.map(({ awarded }) => awarded.length)).toEqual([1, 1])
    expect((await service.getUserProgress('ann')).milestones[0]?.current).toBe(5)
  })

  test('lists a badge with the completion of the batch that earned it', async () => {
    const service = serviceWith({ type: 'tutorials_completed', count: 3 })
    const results = await service.record(lessons(5))
    expect(results.map(({ awarded }) => awarded.length)).toEqual([0, 0, 1, 0, 0])
  })

  test('dates a badge by the n-th completion in time, in any order of arrival', async () => {
    const service = serviceWith({ type: 'tutorials_completed', count: 3 })
    await service.record(lessons(2, 5))
    const [result] = await service.record([lesson('late', { completedAt: at(2) })])
    expect(result?.awarded[0]?.earnedAt).toEqual(at(7))
    const other = lessons(4).map(given => ({ ...given, userId: 'bob' }))
    const results = await service.record([...other].reverse())
    expect(results.flatMap(({ awarded }) => awarded.map(({ earnedAt }) => earnedAt))).toEqual([at(3)])
    expect(results[2]?.awarded).toHaveLength(1)
  })

  test('dates a cascade by its one instant', async () => {
    const service = serviceWith(
      { type: 'tutorials_completed', count: 2 },
      { type: 'milestones', ids: ['m0'] },
      {
        type: 'all',
        of: [
          { type: 'milestones', ids: ['m1'] },
          { type: 'steps_completed', count: 1 },
        ],
      },
    )
    await service.record({ userId: 'ann', category: 'tutorial_step', itemKey: 's', completedAt: at(9) })
    const results = await service.record(lessons(2))
    expect(results[1]?.awarded.map(({ id, earnedAt }) => [id, earnedAt])).toEqual([
      ['m0', at(2)],
      ['m1', at(2)],
      ['m2', at(9)],
    ])
  })

  const step = (itemKey: string, more: Partial<CompletionInput> = {}) =>
    lesson(itemKey, { category: 'tutorial_step', ...more })
  const types: readonly [
    Requirement,
    readonly CompletionInput[],
    readonly CompletionInput[],
    readonly CompletionInput[],
  ][] = [
    [{ type: 'tutorials_completed', count: 3 }, lessons(2), lessons(1, 2), lessons(2, 3)],
    [
      { type: 'tutorials_completed', tutorialIds: ['a', 'b', 'a'] },
      [lesson('a'), lesson('x')],
      [lesson('b')],
      [lesson('c')],
    ],
    [{ type: 'steps_completed', count: 2 }, [step('a')], [step('b')], [step('c')]],
    [
      { type: 'quiz_perfect' },
      [step('a', { metadata: { quizScore: 99 } })],
      [step('b', { metadata: { quizScore: 100 } })],
      [step('c', { metadata: { quizScore: 101 } })],
    ],
    [
      { type: 'quiz_perfect', minScore: 80 },
      [lesson('a', { category: 'quiz', metadata: { quizScore: 79.9 } })],
      [lesson('b', { category: 'quiz', metadata: { quizScore: 80 } })],
      [lesson('c', { category: 'quiz', metadata: { quizScore: 81 } })],
    ],
    [
      { type: 'workflows_completed', count: 1 },
      [lesson('a')],
      [lesson('a', { category: 'workflow' })],
      [lesson('b', { category: 'workflow' })],
    ],
    [
      { type: 'workflows_completed', workflowIds: ['w'] },
      [lesson('x', { category: 'workflow' })],
      [lesson('w', { category: 'workflow' })],
      [],
    ],
    [{ type: 'actions_completed', count: 1 }, [lesson('a')], [lesson('a', { category: 'action' })], []],
    [
      { type: 'count', category: ['tutorial', 'quiz'], target: 2 },
      [lesson('a')],
      [lesson('a', { category: 'quiz' })],
      [lesson('b')],
    ],
    [
      { type: 'count', category: 'tutorial', where: { lang: { eq: 'ts' } }, target: 1 },
      [lesson('a', { metadata: { lang: 'js' } }), lesson('b')],
      [lesson('c', { metadata: { lang: 'ts' } })],
      [lesson('d', { metadata: { lang: 'ts' } })],
    ],
    [
      { type: 'total', category: 'tutorial', property: 'n', target: 0.3 },
      [
        lesson('a', { metadata: { n: 0.1 } }),
        lesson('b', { metadata: { n: 0.1 } }),
        lesson('x', { metadata: { n: '9' } }),
      ],
      [lesson('c', { metadata: { n: 0.1 } })],
      [lesson('d', { metadata: { n: 7 } })],
    ],
    [
      { type: 'best', category: 'tutorial', property: 'n', target: 10 },
      [lesson('a', { metadata: { n: 9.99 } }), lesson('b', { metadata: { n: 9 } })],
      [lesson('c', { metadata: { n: 10 } })],
      [lesson('d', { metadata: { n: 11 } })],
    ],
  ]
  test.each(types)(
    '%j: not just below, at the target, and once only beyond',
    async (requirement, below, reaching, beyond) => {
      const service = serviceWith(requirement)
      expect(await awardedIds(service, below)).toEqual([])
      expect(await awardedIds(service, reaching)).toEqual(['m0'])
      expect(await awardedIds(service, beyond)).toEqual([])
      const jump = [...below, ...reaching, ...beyond].map(given => ({ ...given, userId: 'bob' }))
      expect(await awardedIds(service, jump)).toEqual(['m0'])
      expect(await service.verify()).toEqual([])
    },
  )

  test.each<[string, Requirement, readonly number[], number]>([
    ['points', { type: 'points', target: 60 }, [20, 20, 20, 20], 3],
    ['level', { type: 'level', target: 2 }, [50, 49, 1], 3],
    ['milestones', { type: 'milestones', ids: ['b0', 'b1'] }, [0, 0, 0], 2],
    ['some of the milestones', { type: 'milestones', ids: ['b0', 'b1', 'b2'], target: 2 }, [0, 0, 0], 2],
  ])('%s: comes with the award that reaches the target', async (_, requirement, points, reachedWith) => {
    const base = points.map((value, i) => {
      return {
        id: `b${i}`,
        title: `B${i}`,
        requirement: { type: 'tutorials_completed', count: i + 1 },
        reward: { points: value },
      } as const
    })
    const catalog = defineCatalog({
      milestones: [
        ...base,
        { id: 'goal', title: 'Goal', requirement: requirement as { type: 'points'; target: number } },
      ],
    })
    const service = createMilestoneService({ db: database.host.db, catalog })
    for (const [i, given] of lessons(points.length).entries()) {
      const { awarded } = await service.record(given)
      expect(awarded.some(({ id }) => id === 'goal')).toBe(i + 1 === reachedWith)
    }
  })

  test('awards every target that one batch jumps over', async () => {
    const service = serviceWith(...[1, 3, 5, 8].map(count => ({ type: 'tutorials_completed', count }) as const))
    expect(await awardedIds(service, lessons(6))).toEqual(['m0', 'm1', 'm2'])
    expect(await awardedIds(service, lessons(2, 6))).toEqual(['m3'])
  })

  test.each(['left', 'right'])('completes a compound requirement from the %s side', async side => {
    const both: Requirement = {
      type: 'all',
      of: [
        { type: 'tutorials_completed', count: 2 },
        { type: 'steps_completed', count: 1 },
      ],
    }
    const service = serviceWith(
      both,
      { type: 'any', of: both.of },
      { type: 'some', of: [...both.of, { type: 'quiz_perfect' }], target: 2 },
    )
    const [first, second] = side === 'left' ? [[step('a')], lessons(2)] : [lessons(2), [step('a')]]
    expect(await awardedIds(service, first)).toEqual(['m1'])
    expect(await awardedIds(service, second)).toEqual(['m0', 'm2'])
  })

  test('adds points up to levels by both rules', async () => {
    const milestones = Array.from({ length: 30 }, (_, i) => {
      return {
        id: `m${i}`,
        title: `M${i}`,
        requirement: { type: 'tutorials_completed', count: i + 1 },
        reward: { points: 15 },
      } as const
    })
    const rules = [
      { levels: { every: 100 }, expected: [5, null, 500] },
      {
        levels: { thresholds: [100, 250, 450], names: ['Seed', 'Sprout', 'Tree', 'Forest'] },
        expected: [4, 'Forest', null],
      },
    ] as const
    for (const { levels, expected } of rules) {
      const service = createMilestoneService({ db: database.host.db, catalog: defineCatalog({ levels, milestones }) })
      await service.record(lessons(30))
      const { totalPoints, level, levelName, nextLevelPoints } = await service.getUserProgress('ann')
      expect(totalPoints).toBe(450)
      expect([level, levelName, nextLevelPoints]).toEqual(expected)
    }
  })

  test('keeps ids and metadata exactly as they are', async () => {
    const odd = [
      '"',
      '\\',
      '\\"',
      '{a,b}',
      'NULL',
      ',',
      "'; drop table x; --",
      ' ',
      '\n\t',
      '$1',
      '😀',
      '\u001f',
      'é'.normalize('NFD'),
    ]
    const service = serviceWith({ type: 'count', category: ['a"b\\c'], items: odd })
    const results = await service.record(
      odd.map(text => ({ userId: text, category: 'a"b\\c', itemKey: text, metadata: { [text]: text } })),
    )
    expect(results.every(({ status }) => status === 'recorded')).toBe(true)
    const rows = await database.db.select().from(userProgress)
    expect(rows.map(row => [row.userId, row.category, row.itemKey, row.metadata]).sort()).toEqual(
      odd.map(text => [text, 'a"b\\c', text, { [text]: text }]).sort(),
    )
    expect(
      await awardedIds(
        service,
        odd.map(itemKey => ({ userId: 'ann', category: 'a"b\\c', itemKey })),
      ),
    ).toEqual(['m0'])
    expect(await service.verify()).toEqual([])
  })

  test('refuses a whole batch for one bad completion, names it, and writes nothing', async () => {
    const service = serviceWith({ type: 'tutorials_completed', count: 1 })
    const batch = [...lessons(3), lesson(''), ...lessons(2, 3)]
    await expect(service.record(batch)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { index: 3, field: 'itemKey' },
    })
    expect(await database.db.select().from(userProgress)).toEqual([])
  })

  test('refuses more than 10,000 at once and takes an empty list', async () => {
    const service = serviceWith({ type: 'tutorials_completed', count: 1 })
    await expect(service.record(lessons(10_001))).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' })
    expect(await service.record([])).toEqual([])
  })

  test('takes 10,000 completions of many users at once', async () => {
    const service = serviceWith({ type: 'tutorials_completed', count: 50 })
    const batch = lessons(50).flatMap(given => Array.from({ length: 200 }, (_, i) => ({ ...given, userId: `u${i}` })))
    expect(await awardedIds(service, batch)).toHaveLength(200)
  })

  test('recounts a user who was counted with another catalog on the next write', async () => {
    const before = serviceWith({ type: 'tutorials_completed', count: 9 }, { type: 'steps_completed', count: 9 })
    await before.record([...lessons(4), step('forgotten by the changed catalog')])
    const changed = serviceWith(
      { type: 'tutorials_completed', count: 9 },
      { type: 'tutorials_completed', count: 3 },
      { type: 'best', category: 'tutorial', property: 'n', target: 5 },
    )
    const progress = await changed.getUserProgress('ann')
    expect(progress.milestones.map(({ current }) => current)).toEqual([4, 4, 0])
    const [result] = await changed.record([lesson('x', { metadata: { n: 7 }, completedAt: at(20) })])
    expect(result?.awarded.map(({ id, earnedAt }) => [id, earnedAt])).toEqual([
      ['m1', at(3)],
      ['m2', at(20)],
    ])
    expect(await changed.verify()).toEqual([])
  })

  test('keeps a held badge as it was awarded when the catalog changes its words and points', async () => {
    const milestone = {
      id: 'm',
      title: 'Old',
      requirement: { type: 'tutorials_completed', count: 1 },
      reward: { points: 10, unlocks: ['old'] },
    } as const
    const before = createMilestoneService({ db: database.host.db, catalog: defineCatalog({ milestones: [milestone] }) })
    const { awarded } = await before.record(lesson('a'))
    const catalog = defineCatalog({
      milestones: [{ ...milestone, title: 'New', reward: { points: 99, unlocks: ['new'] } }],
    })
    const after = createMilestoneService({ db: database.host.db, catalog })
    await after.record(lesson('b'))
    expect(await after.getUserBadges('ann')).toEqual(awarded)
    expect((await after.getUserProgress('ann')).totalPoints).toBe(10)
    expect(after.getAllMilestones()[0]?.title).toBe('New')
  })

  test('says how to mend it when the tables are missing', async () => {
    const service = createMilestoneService({
      db: database.host.db,
      catalog: defineCatalog({ milestones: [] }),
      schema: 'elsewhere',
    })
    await expect(service.record(lesson('a'))).rejects.toMatchObject({ code: 'SCHEMA_MISSING' })
    await expect(service.getUserProgress('ann')).rejects.toThrow(/Run migrate\(db\) first/)
  })
})
