import { expect, test } from 'vitest'
import type { CatalogDefinition } from '../../src/core/catalog/catalog.js'
import type { MilestoneDefinition } from '../../src/core/catalog/milestone.js'
import type { PointsRule } from '../../src/core/catalog/points-rule.js'
import {
  badgesOf,
  gainsFor,
  type Model,
  type ModelInput,
  modelCheck,
  modelLeaderboard,
  newModel,
  pointsOf,
  shownBadgesOf,
} from './reference-model.js'
import { type ModelProgress, measure } from './reference-progress.js'
import { modelRecord } from './reference-record.js'
import { modelSetZone } from './reference-zones.js'

test('a distinct count distinguishes values by type and ignores values that are not scalar', () => {
  const model = modelOf({ requirement: { type: 'count', category: 'commit', distinct: 'lang', target: 9 } })
  const values = ['ts', 'ts', '1', 1, true, 'true', null, ['ts'], undefined]
  modelRecord(
    model,
    values.map((lang, i) => commit(i, '2026-04-01T12:00Z', { lang })),
  )
  expect(measure(model, 'ann')).toMatchObject([{ current: 5 }])
})

test('of days, the best decides, and progress shows the present one', () => {
  const model = modelOf({ requirement: { type: 'count', category: 'commit', during: 'day', target: 2 } })
  recordAt(model, '2026-03-31T23:59Z', '2026-04-01T00:00Z')
  expect(held(model)).toEqual([])
  recordAt(model, '2026-04-01T23:59:59.999Z')
  expect(held(model)).toEqual(['m 2026-04-01T23:59:59.999Z'])
  model.now = new Date('2026-04-20T12:00Z')
  recordAt(model, undefined)
  expect(measure(model, 'ann')).toMatchObject([{ current: 1, target: 2, isEarned: true }])
  model.now = new Date('2026-04-21T00:00Z')
  expect(measure(model, 'ann')).toMatchObject([{ current: 0 }])
})

test('the best of a month and the total of a year are separate from those of the next', () => {
  const model = modelOf(
    { id: 'best', requirement: { type: 'best', category: 'commit', property: 'n', during: 'month', target: 3 } },
    { id: 'total', requirement: { type: 'total', category: 'commit', property: 'n', during: 'year', target: 0.3 } },
  )
  modelRecord(model, [
    commit(1, '2025-12-31T23:00Z', { n: 0.2 }),
    commit(2, '2026-03-31T23:59Z', { n: 0.1 }),
    commit(3, '2026-04-01T00:00Z', { n: 0.2 }),
  ])
  expect(held(model)).toEqual(['total 2026-04-01T00:00:00.000Z'])
  expect(measure(model, 'ann')).toMatchObject([{ current: 0.2 }, { current: 0.3 }])
})

test('a window begins with its first day or instant and ends before its last, by the clock of the user', () => {
  const model = modelOf(
    { id: 'days', requirement: counting({ during: { from: '2026-04-01', until: '2026-04-03' } }) },
    {
      id: 'instants',
      requirement: counting({ during: { from: '2026-04-01T00:00:00Z', until: '2026-04-03T00:00:00+00:00' } }),
    },
  )
  model.now = new Date('2026-03-01T00:00Z')
  modelSetZone(model, 'ann', 'Europe/Berlin')
  model.now = new Date('2026-04-20T00:00Z')
  const counted = (at: string): number[] => {
    const before = measure(model, 'ann').map(currentOf)
    recordAt(model, at)
    return measure(model, 'ann').map((entry, i) => currentOf(entry) - before[i]!)
  }
  expect(counted('2026-03-31T21:59:59.999Z')).toEqual([0, 0])
  expect(counted('2026-03-31T22:00Z')).toEqual([1, 0])
  expect(counted('2026-04-01T00:00Z')).toEqual([1, 1])
  expect(counted('2026-04-02T21:59:59.999Z')).toEqual([1, 1])
  expect(counted('2026-04-02T22:00Z')).toEqual([0, 1])
  expect(counted('2026-04-03T00:00Z')).toEqual([0, 0])
})

test('completions a whole window apart are not within it, a millisecond less is', () => {
  const model = modelOf({ requirement: counting({ within: 'P2D', target: 2 }) })
  recordAt(model, '2026-04-01T12:00Z', '2026-04-03T12:00Z')
  expect(held(model)).toEqual([])
  recordAt(model, '2026-04-05T11:59:59.999Z')
  expect(held(model)).toEqual(['m 2026-04-05T11:59:59.999Z'])
})

test('progress of a rolling window shows the window that ends now', () => {
  const model = modelOf({ requirement: counting({ within: 'PT12H', target: 5 }) })
  recordAt(model, '2026-04-20T00:00Z', '2026-04-20T00:00:00.001Z')
  expect(measure(model, 'ann')).toMatchObject([{ current: 1 }])
})

test('each tier is a badge of its own, with what it says of itself before what the milestone says', () => {
  const model = modelOf({
    requirement: { type: 'count', category: 'commit' },
    tiers: [1, { target: 3, reward: { points: 7 } }, { target: 4, title: 'Four' }],
    reward: { points: 5 },
  })
  recordAt(model, '2026-04-01T12:00Z', '2026-04-02T12:00Z', '2026-04-03T12:00Z')
  expect(held(model)).toEqual(['m#1 2026-04-01T12:00:00.000Z', 'm#3 2026-04-03T12:00:00.000Z'])
  expect(pointsOf(model, 'ann')).toBe(12)
  expect(shownBadgesOf(model, 'ann')).toHaveLength(2)
  expect(measure(model, 'ann')).toMatchObject([
    { id: 'm#1', current: 3, target: 1, isEarned: true },
    { id: 'm#3', current: 3, target: 3, isEarned: true },
    { id: 'm#4', current: 3, target: 4, isEarned: false },
  ])
})

test('of tiers that replace each other, the highest is shown and all keep their points', () => {
  const model = modelOf({
    requirement: { type: 'count', category: 'commit' },
    tiers: [1, 2, 9],
    tierMode: 'replace',
    reward: { points: 5 },
  })
  recordAt(model, '2026-04-01T12:00Z', '2026-04-02T12:00Z')
  expect(shownBadgesOf(model, 'ann').map(({ id }) => id)).toEqual(['m#2'])
  expect(pointsOf(model, 'ann')).toBe(10)
})

test('a repeatable milestone comes at each multiple of its target, as often as its max says', () => {
  const requirement = { type: 'total', category: 'commit', property: 'n', target: 0.3 } as const
  const model = modelOf(
    { id: 'thrice', requirement, repeatable: { max: 3 } },
    { id: 'ever', requirement, repeatable: {} },
  )
  modelRecord(model, [commit(1, '2026-04-01T12:00Z', { n: 0.7 }), commit(2, '2026-04-02T12:00Z', { n: 0.5 })])
  expect(held(model)).toEqual([
    'thrice@1 2026-04-01T12:00:00.000Z',
    'thrice@2 2026-04-01T12:00:00.000Z',
    'ever@1 2026-04-01T12:00:00.000Z',
    'ever@2 2026-04-01T12:00:00.000Z',
    'thrice@3 2026-04-02T12:00:00.000Z',
    'ever@3 2026-04-02T12:00:00.000Z',
    'ever@4 2026-04-02T12:00:00.000Z',
  ])
  expect(measure(model, 'ann')).toMatchObject([
    { current: 1.2, target: 0.9, timesEarned: 3 },
    { current: 1.2, target: 1.5, timesEarned: 4 },
  ])
})

test('a milestone repeatable by day comes once on each day that reaches the target', () => {
  const model = modelOf({ requirement: counting({ during: 'day', target: 2 }), repeatable: {} })
  recordAt(model, ...Array.from({ length: 5 }, (_, i) => `2026-04-01T1${i}:00Z`))
  recordAt(model, '2026-04-02T10:00Z', '2026-04-03T10:00Z', '2026-04-03T11:00Z')
  expect(held(model)).toEqual(['m@2026-04-01 2026-04-01T11:00:00.000Z', 'm@2026-04-03 2026-04-03T11:00:00.000Z'])
  expect(measure(model, 'ann')).toMatchObject([{ current: 0, target: 2, timesEarned: 2 }])
})

test('completions within the cooldown do not count, at its end they do', () => {
  const model = modelOf({ requirement: counting({ target: 2 }), repeatable: { cooldown: 'P1D' } })
  recordAt(model, '2026-04-01T10:00Z', '2026-04-01T12:00Z', '2026-04-02T11:59:59.999Z', '2026-04-02T12:00Z')
  expect(held(model)).toEqual(['m@1 2026-04-01T12:00:00.000Z'])
  recordAt(model, '2026-04-05T12:00Z')
  expect(held(model)).toEqual(['m@1 2026-04-01T12:00:00.000Z', 'm@2 2026-04-05T12:00:00.000Z'])
})

test('after each time of a milestone with a cooldown, counting begins at nothing', () => {
  const requirement = { type: 'total', category: 'commit', property: 'n', target: 10 } as const
  const model = modelOf({ requirement, repeatable: { cooldown: 'PT1H' } })
  modelRecord(model, [commit(1, '2026-04-01T10:00Z', { n: 25 }), commit(2, '2026-04-01T12:00Z', { n: 9 })])
  expect(held(model)).toEqual(['m@1 2026-04-01T10:00:00.000Z'])
})

test('the best with a cooldown must reach the next multiple each time', () => {
  const requirement = { type: 'best', category: 'commit', property: 'n', target: 10 } as const
  const model = modelOf({ requirement, repeatable: { cooldown: 'P1D' } })
  modelRecord(model, [
    commit(1, '2026-04-01T10:00Z', { n: 50 }),
    commit(2, '2026-04-01T12:00Z', { n: 50 }),
    commit(3, '2026-04-02T10:00Z', { n: 19 }),
    commit(4, '2026-04-02T11:00Z', { n: 20 }),
  ])
  expect(held(model)).toEqual(['m@1 2026-04-01T10:00:00.000Z', 'm@2 2026-04-02T11:00:00.000Z'])
})

test('with a daily cooldown, sums are per day, and a day gives at most one time', () => {
  const requirement = counting({ during: 'day', target: 2 })
  const model = modelOf({ requirement, repeatable: { cooldown: 'PT1H' } })
  recordAt(
    model,
    '2026-04-01T10:00Z',
    '2026-04-02T10:00Z',
    '2026-04-02T11:00Z',
    '2026-04-02T20:00Z',
    '2026-04-02T21:00Z',
  )
  recordAt(model, '2026-04-03T00:00Z', '2026-04-03T00:01Z')
  expect(held(model)).toEqual(['m@2026-04-02 2026-04-02T11:00:00.000Z', 'm@2026-04-03 2026-04-03T00:01:00.000Z'])
})

test('a rolling window that comes again holds only what came after the last time', () => {
  const model = modelOf({ requirement: counting({ within: 'P1D', target: 2 }), repeatable: {} })
  recordAt(
    model,
    '2026-04-01T10:00Z',
    '2026-04-01T11:00Z',
    '2026-04-01T12:00Z',
    '2026-04-02T12:00Z',
    '2026-04-02T12:01Z',
  )
  expect(held(model)).toEqual(['m@1 2026-04-01T11:00:00.000Z', 'm@2 2026-04-02T12:01:00.000Z'])
  expect(measure(model, 'ann')).toMatchObject([{ current: null, target: 2 }])
})

test('of completions at one instant, the category and the key say which counts first', () => {
  const requirement = { type: 'total', category: ['a', 'b'], property: 'n', within: 'P1D', target: 3 } as const
  const at = '2026-04-01T10:00Z'
  const timesWith = (category: string, itemKey: string): number => {
    const model = modelOf({ requirement, repeatable: {} })
    modelRecord(model, [
      { ...commit(1, at, { n: 3 }), category: 'b', itemKey: '\ue000' },
      { ...commit(2, at, { n: 1 }), category, itemKey },
      { ...commit(3, '2026-04-01T11:00Z', { n: 2 }), category: 'a' },
    ])
    return held(model).length
  }
  expect(timesWith('b', '𝒯')).toBe(2)
  expect(timesWith('b', 'z')).toBe(1)
  expect(timesWith('a', '𝒯')).toBe(1)
})

test('points that come again need the next multiple, no more often than the max', () => {
  const model = modelOf(
    { id: 'five', requirement: counting({}), repeatable: {}, reward: { points: 5 } },
    { id: 'm', requirement: { type: 'points', target: 10 }, repeatable: { max: 2 } },
  )
  recordAt(model, ...Array.from({ length: 7 }, (_, i) => `2026-04-0${i + 1}T12:00Z`))
  expect(held(model).filter(badge => badge.startsWith('m'))).toEqual([
    'm@1 2026-04-02T12:00:00.000Z',
    'm@2 2026-04-04T12:00:00.000Z',
  ])
  expect(measure(model, 'ann')[1]).toMatchObject({ current: 35, target: 20, timesEarned: 2 })
})

test('a milestone that needs others is dated by the last of what it needs', () => {
  const model = modelOf(
    { id: 'two', requirement: counting({ target: 2 }) },
    { id: 'other', requirement: { type: 'count', category: 'quiz', target: 1 }, after: ['two'], repeatable: {} },
  )
  modelRecord(model, [{ ...commit(1, '2026-04-01T10:00Z'), category: 'quiz' }])
  modelRecord(model, [{ ...commit(2, '2026-04-02T10:00Z'), category: 'quiz' }])
  expect(measure(model, 'ann')).toMatchObject([{ current: 0 }, { current: 2, target: 3, isLocked: true }])
  recordAt(model, '2026-04-03T10:00Z', '2026-04-04T10:00Z')
  expect(held(model)).toEqual([
    'two 2026-04-04T10:00:00.000Z',
    'other@1 2026-04-04T10:00:00.000Z',
    'other@2 2026-04-04T10:00:00.000Z',
  ])
})

test('a milestone counts what was completed while it was available, however late it arrives', () => {
  const available = { from: '2026-04-01', until: '2026-04-02' }
  const model = modelOf({ requirement: { type: 'all', of: [counting({ target: 2 })] }, available })
  recordAt(model, '2026-03-31T23:59Z', '2026-04-01T00:00Z', '2026-04-02T00:00Z')
  expect(held(model)).toEqual([])
  model.now = new Date('2026-06-01T00:00Z')
  recordAt(model, '2026-04-01T23:59Z')
  expect(held(model)).toEqual(['m 2026-04-01T23:59:00.000Z'])
})

test('what is retired or hidden is not listed, what is hidden until earned leaves a place', () => {
  const requirement = counting({})
  const model = modelOf(
    { id: 'retired', requirement, retired: true },
    { id: 'hidden', requirement, hidden: true },
    { id: 'veiled', requirement, hidden: 'until-earned' },
  )
  expect(measure(model, 'ann')).toEqual([{ isHidden: true }])
  recordAt(model, '2026-04-01T12:00Z')
  expect(measure(model, 'ann')).toMatchObject([{ id: 'hidden' }, { id: 'veiled' }])
})

test('a rule gives points while the local day has some left, and the last gain is cut', () => {
  const model = modelOf()
  setRules(model, { category: 'commit', points: 4, cap: { per: 'day', points: 10 } })
  recordAt(model, ...Array.from({ length: 5 }, (_, i) => `2026-04-01T1${i}:00Z`))
  expect(gainsFor(model, 'ann').map(({ points }) => points)).toEqual([4, 4, 2, 0, 0])
  recordAt(model, '2026-04-02T00:00Z')
  expect(pointsOf(model, 'ann')).toBe(14)
})

test('a cap is shared in order of time, and repeats give nothing', () => {
  const model = modelOf()
  setRules(model, { category: 'commit', points: 4, cap: { per: 'day', points: 6 } })
  const [early, late] = [commit(1, '2026-04-01T10:00Z'), commit(2, '2026-04-01T12:00Z')]
  modelRecord(model, [late, late, early])
  modelRecord(model, [late])
  expect(
    gainsFor(model, 'ann').map(({ points, completion }) => [points, completion.completedAt.getUTCHours()]),
  ).toEqual([
    [4, 10],
    [2, 12],
  ])
})

test('every matching rule gives its points, which count from the completion on', () => {
  const model = modelOf({ requirement: { type: 'points', target: 7 } })
  setRules(
    model,
    { category: ['commit', 'quiz'], points: 5 },
    { category: 'commit', where: { n: { gte: 2 } }, points: 2 },
  )
  modelRecord(model, [commit(1, '2026-04-02T10:00Z', { n: 1 }), commit(2, '2026-04-01T10:00Z', { n: 2 })])
  expect(pointsOf(model, 'ann')).toBe(12)
  expect(held(model)).toEqual(['m 2026-04-01T10:00:00.000Z'])
})

test('rows that the host inserts count, but give no points themselves', () => {
  const model = modelOf({ requirement: counting({}) })
  setRules(model, { category: 'commit', points: 5 })
  model.completions.push({ ...commit(1), completedAt: new Date('2026-04-01T12:00Z') })
  expect(modelCheck(model, 'ann')).toEqual(['m'])
  expect(pointsOf(model, 'ann')).toBe(0)
})

test('the leaderboard of a week counts points gained in it, and ranks ties by who had them first', () => {
  const model = modelOf({ requirement: counting({}), reward: { points: 10 } })
  setRules(model, { category: 'commit', points: 1 })
  const of = (userId: string, at: string): ModelInput => ({ ...commit(1, at), userId })
  modelRecord(model, [of('cid', '2026-04-19T23:59Z'), of('bob', '2026-04-20T11:00Z'), of('dan', '2026-04-20T10:00Z')])
  const users = ['ann', 'bob', 'cid', 'dan']
  const ids = (period: 'week' | 'month' | 'all') => modelLeaderboard(model, users, period).map(({ userId }) => userId)
  expect(ids('week')).toEqual(['dan', 'bob'])
  expect(ids('month')).toEqual(['cid', 'dan', 'bob'])
  expect(modelLeaderboard(model, users, 'week')[0]).toEqual({ userId: 'dan', points: 11 })
  model.now = new Date('2026-05-01T00:00Z')
  expect(ids('month')).toEqual([])
  expect(ids('all')).toEqual(['cid', 'dan', 'bob'])
})

test('what has no time, or one ahead of the clock, is completed now', () => {
  const model = modelOf({ requirement: counting({ target: 2 }) })
  recordAt(model, undefined, '2026-04-20T12:04Z')
  expect(held(model)).toEqual(['m 2026-04-20T12:00:00.000Z'])
})

test('in a batch a badge is in the result of the completion that earned it, with its true date', () => {
  const model = modelOf({ requirement: counting({ target: 2 }) })
  const [a, b, c] = [commit(1, '2026-04-03T10:00Z'), commit(2, '2026-04-02T10:00Z'), commit(3, '2026-04-01T10:00Z')]
  expect(modelRecord(model, [a, b, c]).map(({ awarded }) => awarded)).toEqual([[], ['m'], []])
  expect(held(model)).toEqual(['m 2026-04-02T10:00:00.000Z'])
})

type Given = Omit<Partial<MilestoneDefinition>, 'requirement'> & { readonly requirement: object }

function modelOf(...milestones: readonly Given[]): Model {
  const written = milestones.map(milestone => ({ id: 'm', title: 'M', ...milestone }) as MilestoneDefinition)
  return newModel({ milestones: written })
}

function setRules(model: Model, ...points: readonly PointsRule[]): void {
  Object.assign<CatalogDefinition, Partial<CatalogDefinition>>(model.definition, { points })
}

function counting(given: object): MilestoneDefinition['requirement'] {
  return { type: 'count', category: 'commit', target: 1, ...given } as MilestoneDefinition['requirement']
}

function commit(n: number, at?: string, metadata: { readonly [key: string]: unknown } = {}): ModelInput {
  return { userId: 'ann', category: 'commit', itemKey: `c${n}`, metadata, ...(at && { completedAt: new Date(at) }) }
}

function recordAt(model: Model, ...times: readonly (string | undefined)[]): void {
  modelRecord(
    model,
    times.map((at, i) => commit(model.completions.length + i, at)),
  )
}

function held(model: Model): string[] {
  return badgesOf(model, 'ann').map(({ id, earnedAt }) => `${id} ${earnedAt.toISOString()}`)
}

function currentOf(entry: ModelProgress): number {
  if (entry.isHidden || entry.current === null) throw new TypeError('The milestone shows no value')
  return entry.current
}
