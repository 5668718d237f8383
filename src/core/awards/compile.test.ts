import { describe, expect, test } from 'vitest'
import { compiled } from '../../../test/support/compiled.js'
import { formatDecimal } from '../values/decimal.js'
import { type CompiledCatalog, milestoneOf } from './compile.js'

const lessons = (target: number, more: object = {}) => ({ type: 'count', category: 'lesson', target, ...more })
const goal = (id: string, requirement: object, more: object = {}) => ({ id, requirement, ...more })
const targetsOf = ({ targetsByMetric }: CompiledCatalog, name: string) =>
  targetsByMetric
    .get(name)!
    .fixed.map(({ value, milestones }) => [formatDecimal(value), ...milestones.map(({ milestone }) => milestone.id)])

describe('metrics', () => {
  test('requirements that count the same thing share one metric, however they are written', () => {
    const { metrics } = compiled([
      goal('one', lessons(1)),
      goal('ten', lessons(10, { category: ['lesson'] })),
      goal('twice', lessons(5, { category: ['quiz', 'lesson'] })),
      goal('turned', lessons(6, { category: ['lesson', 'quiz', 'lesson'] })),
      goal('some', { type: 'some', of: [lessons(2), { type: 'points', target: 5 }], target: 1 }),
    ])
    expect([...metrics.keys()]).toEqual([
      'count:lesson',
      'count:[["lesson","quiz"],null,null,null,null,null,null,null]',
    ])
  })

  // These names are the keys of stored rows: a new name would be a new metric, and every user would be counted again.
  test.each<[string, object, object?]>([
    ['count:lesson', lessons(3)],
    ['distinct:lesson:course', lessons(3, { distinct: 'course' })],
    ['daily-count:lesson', lessons(3, { during: 'day' })],
    ['rolling-count:[["lesson"],null,null,null,null,null,604800000,null]', lessons(3, { within: 'P7D' })],
    ['total:run:km', { type: 'total', category: 'run', property: 'km', target: 5 }],
    ['best:run:km', { type: 'best', category: 'run', property: 'km', target: 5 }],
    ['weekly-best:run:km', { type: 'best', category: 'run', property: 'km', target: 5, during: 'week' }],
    ['lowest:run:minutes', { type: 'lowest', category: 'run', property: 'minutes', target: 5 }],
    ['daily-streak:lesson', { type: 'streak', category: 'lesson', every: 'day', target: 3 }],
    [
      'weekly-streak:[["lesson"],null,null,null,null,2,null,null]',
      { type: 'streak', category: 'lesson', every: 'week', grace: 2, target: 3 },
    ],
    [
      'repeated-count:[["lesson"],null,null,null,null,null,null,["3",86400000,null]]',
      lessons(3),
      { repeatable: { cooldown: 'P1D' } },
    ],
  ])('keep the name %s', (name, requirement, more) => {
    expect([...compiled([goal('m', requirement, more)]).metrics.keys()]).toEqual([name])
  })

  test('are found by each category that they count', () => {
    const { metricsByCategory } = compiled([
      goal('one', lessons(1)),
      goal('both', lessons(1, { category: ['lesson', 'quiz'] })),
    ])
    const names = [...metricsByCategory].map(([category, metrics]) => [category, metrics.length])
    expect(names).toEqual([
      ['lesson', 2],
      ['quiz', 1],
    ])
  })
})

describe('targets', () => {
  test('rise, and milestones with the same target are together, in catalog order', () => {
    const catalog = compiled([goal('ten', lessons(10)), goal('two', lessons(2)), goal('tenth', lessons(10))])
    expect(targetsOf(catalog, 'count:lesson')).toEqual([
      ['2', 'two'],
      ['10', 'ten', 'tenth'],
    ])
  })

  test('of the lowest value are negated, so that harder ones come later too', () => {
    const requirement = { type: 'lowest', category: 'lap', property: 's' }
    const catalog = compiled([goal('lap', requirement, { tiers: [70.5, 60, -1] })])
    expect(targetsOf(catalog, 'lowest:lap:s')).toEqual([
      ['-70.5', 'lap#70.5'],
      ['-60', 'lap#60'],
      ['1', 'lap#-1'],
    ])
  })

  test('of points and levels are one list', () => {
    const { pointTargets } = compiled(
      [goal('rich', { type: 'points', target: 250 }), goal('third', { type: 'level', target: 3 })],
      { levels: { every: 100 } },
    )
    expect(pointTargets.map(({ value }) => value)).toEqual([200, 250])
  })

  test('of parts and prerequisites are included', () => {
    const catalog = compiled([
      goal('one', lessons(1)),
      goal('all', { type: 'all', of: [lessons(4), { type: 'milestones', ids: ['one'] }] }, { after: ['one'] }),
    ])
    expect(targetsOf(catalog, 'count:lesson')).toEqual([
      ['1', 'one'],
      ['4', 'all'],
    ])
    expect(catalog.dependents.get('one')!.map(({ milestone }) => milestone.id)).toEqual(['all'])
  })
})

test('a retired milestone has no targets, but keeps the content of its badges', () => {
  const { milestones, metrics, badgeContentById } = compiled([goal('old', lessons(1), { retired: true })])
  expect([milestones, [...metrics]]).toEqual([[], []])
  expect(badgeContentById.get('old')).toMatchObject({ badge: 'old' })
})

describe('a repeatable milestone', () => {
  const repeatOf = (requirement: object, repeatable: object = {}) => {
    const { milestones } = compiled([goal('one', lessons(1)), goal('m', requirement, { repeatable })])
    const { every, isCumulative, target, byPeriod, max } = milestones[1]!.repeat!
    return { every, isCumulative, target, unit: byPeriod?.unit ?? null, max }
  }
  const best = { type: 'best', category: 'run', property: 'km', target: 5 }
  const endless = Number.POSITIVE_INFINITY

  test.each([
    ['at each multiple', lessons(3), {}, { every: 3, isCumulative: true, unit: null, max: endless }],
    ['from scratch with a cooldown', lessons(3), { cooldown: 'P1D' }, { every: 1, isCumulative: false }],
    ['from scratch in a rolling window', lessons(3, { within: 'P7D' }), {}, { every: 1, isCumulative: false }],
    ['in each period', lessons(3, { during: 'week' }), {}, { every: 1, isCumulative: false, unit: 'week' }],
    ['at each multiple of the highest value', best, { cooldown: 'P1D' }, { every: 1, isCumulative: true, target: 5 }],
    ['in each period that is high enough', { ...best, during: 'day' }, {}, { every: 1, isCumulative: false }],
    [
      'with each further streak',
      { type: 'streak', category: 'lesson', every: 'day', target: 3 },
      {},
      { every: 1, isCumulative: false, target: 3 },
    ],
    [
      'at each multiple of points',
      { type: 'points', target: 50 },
      { max: 4 },
      { every: null, isCumulative: true, max: 4 },
    ],
    ['at each further level', { type: 'level', target: 2 }, { max: 4 }, { every: null, isCumulative: true, target: 2 }],
  ])('comes %s', (_, requirement, repeatable, plan) => {
    expect(repeatOf(requirement, repeatable)).toMatchObject(plan)
  })

  test('has each time as a milestone of its own', () => {
    const { milestones } = compiled([goal('m', lessons(3), { repeatable: {} })])
    const second = milestones[0]!.repeat!.time(2)
    expect(second).toMatchObject({ milestone: { id: 'm@2' }, goal: { target: 6 } })
  })

  test('is found by the ids of its times, within its max', () => {
    const catalog = compiled([
      goal('m', lessons(3), { repeatable: { max: 2 } }),
      goal('daily', lessons(1, { during: 'day' }), { repeatable: {} }),
    ])
    const ids = ['m', 'm@2', 'm@3', 'm@02', 'daily@2026-04-01', 'daily@1', 'x']
    const found = ids.map(id => milestoneOf(catalog, id)?.milestone.id)
    expect(found).toEqual(['m', 'm@2', undefined, undefined, 'daily@2026-04-01', undefined, undefined])
  })
})

describe('the fingerprint', () => {
  const plain = goal('m', lessons(3), { reward: { points: 5 } })
  const same = compiled([plain]).fingerprint
  // The digest in these tests only uses the length of a text, so each change makes the text longer.
  test.each<[string, object]>([
    ['a title', { title: 'Other' }],
    ['a description', { description: 'Other' }],
    ['an icon', { icon: '★' }],
    ['a badge', { reward: { points: 5, badge: 'Other', unlocks: ['other'] } }],
    ['a rarity', { rarity: 'epic' }],
  ])('stays with %s', (_, change) => {
    expect(compiled([{ ...plain, ...change }]).fingerprint).toBe(same)
  })

  test.each<[string, object]>([
    ['a target', { requirement: lessons(30) }],
    ['points', { reward: { points: 50 } }],
    ['a window', { available: { from: '2026-04-01' } }],
    ['times', { repeatable: {} }],
    ['a former id', { formerly: ['old'] }],
  ])('changes with %s', (_, change) => {
    expect(compiled([{ ...plain, ...change }]).fingerprint).not.toBe(same)
  })
})
