import { describe, expect, test } from 'vitest'
import { compiled } from '../../../test/support/compiled.js'
import { wholePart } from '../metrics/metric.js'
import type { CompiledCatalog } from './compile.js'
import {
  crossedByMetric,
  crossesAny,
  decide,
  gain,
  hold,
  holds,
  pointsCrossAny,
  type StateStart,
  stateOf,
} from './decide.js'

const lessons = (target: number, more: object = {}) => ({ type: 'count', category: 'lesson', target, ...more })
const goal = (id: string, requirement: object, more: object = {}) => ({ id, requirement, ...more })
const counted = (value: number) => new Map([['count:lesson', value]])
const at = new Date('2026-04-02T10:00Z')

/** Decides all milestones of a catalog in a state, and returns the ids of those awarded. */
function decided(catalog: CompiledCatalog, start: StateStart): readonly string[] {
  const state = stateOf({ repeatableIds: catalog.repeatableIds, ...start })
  return decide(catalog, state, catalog.milestones).map(({ milestone }) => milestone.id)
}

function crossedIds(catalog: CompiledCatalog, before: number, after: number, name = 'count:lesson'): readonly string[] {
  const move = { before, after, period: () => '2026-04-02' }
  return crossedByMetric(catalog.targetsByMetric.get(name)!, move).map(({ milestone }) => milestone.id)
}

describe('a value that moves', () => {
  const catalog = compiled([1, 3, 3, 10].map((target, i) => goal(`m${i}`, lessons(target))))

  test.each<[string, number, number, readonly string[]]>([
    ['no target', 1, 2, []],
    ['none by standing at one', 3, 3, []],
    ['one that it meets exactly', 0, 1, ['m0']],
    ['all of one target', 2, 4, ['m1', 'm2']],
    ['several by one jump', 0, 100, ['m0', 'm1', 'm2', 'm3']],
    ['none that it had reached before', 3, 9, []],
  ])('crosses %s', (_, before, after, ids) => {
    expect(crossedIds(catalog, before, after)).toEqual(ids)
    expect(crossesAny(catalog.targetsByMetric.get('count:lesson')!, { before, after })).toBe(ids.length > 0)
  })

  test('crosses each further multiple up to the max of a repeatable milestone', () => {
    const again = compiled([goal('m', lessons(2), { repeatable: { max: 3 } })])
    expect(crossedIds(again, 1, 5)).toEqual(['m@1', 'm@2'])
    expect(crossedIds(again, 5, 100)).toEqual(['m@3'])
    expect(crossedIds(again, 6, 100)).toEqual([])
  })

  test('crosses the calendar period in which it counted if each time is a period', () => {
    const daily = compiled([goal('m', lessons(2, { during: 'day' }), { repeatable: {} })])
    const [name] = [...daily.metrics.keys()]
    expect(crossedIds(daily, 0, 1, name)).toEqual(['m@2026-04-02'])
  })
})

describe('what is due', () => {
  test('is every milestone that holds, in catalog order', () => {
    const catalog = compiled([goal('ten', lessons(10)), goal('three', lessons(3)), goal('one', lessons(1))])
    expect(decided(catalog, { values: counted(3) })).toEqual(['three', 'one'])
  })

  test('is nothing for a metric without a value, even if lower is better', () => {
    const lowest = { type: 'lowest', category: 'lap', property: 's', target: 1_000_000 }
    expect(decided(compiled([goal('one', lessons(1)), goal('fast', lowest)]), {})).toEqual([])
  })

  test('is not awarded twice, nor if it is reserved', () => {
    const catalog = compiled([goal('one', lessons(1)), goal('two', lessons(2)), goal('three', lessons(3))])
    const start = { values: counted(3), badges: [{ id: 'one', points: 0 }], reserved: new Set(['two']) }
    expect(decided(catalog, start)).toEqual(['three'])
  })

  test('cascades through points and levels to the end', () => {
    const catalog = compiled(
      [
        goal('second', { type: 'level', target: 2 }),
        goal('rich', { type: 'points', target: 40 }, { reward: { points: 60 } }),
        goal('one', lessons(1), { reward: { points: 30 } }),
      ],
      { levels: { every: 100 } },
    )
    expect(decided(catalog, { values: counted(1), completionPoints: 10 })).toEqual(['one', 'rich', 'second'])
    expect(decided(catalog, { values: counted(1) })).toEqual(['one'])
  })

  test('gives the points that a badge had before, not the current ones', () => {
    const catalog = compiled([
      goal('one', lessons(1), { reward: { points: 5 } }),
      goal('rich', { type: 'points', target: 50 }),
    ])
    const state = { ...stateOf({ values: counted(1) }), pointsById: new Map([['one', 50]]) }
    expect(decide(catalog, state, catalog.milestones).map(({ milestone }) => milestone.id)).toEqual(['one', 'rich'])
  })

  test('waits for the badges that are needed first, and follows as soon as they are held', () => {
    const catalog = compiled([goal('next', lessons(1), { after: ['two'] }), goal('two', lessons(2))])
    expect(decided(catalog, { values: counted(1) })).toEqual([])
    expect(decided(catalog, { values: counted(2) })).toEqual(['two', 'next'])
  })

  test('follows from a number of other milestones, where any time of a repeatable one counts', () => {
    const catalog = compiled([
      goal('again', lessons(2), { repeatable: {} }),
      goal('one', lessons(1)),
      goal('far', lessons(100)),
      goal('two-of', { type: 'milestones', ids: ['again', 'one', 'far'], target: 2 }),
      goal('second', { type: 'milestones', ids: ['again@2'] }),
    ])
    expect(decided(catalog, { values: counted(3) })).toEqual(['again@1', 'one', 'two-of'])
    expect(decided(catalog, { values: counted(4) })).toContain('second')
  })

  test('is every time that a value has reached, if a prerequisite is met late', () => {
    const catalog = compiled([goal('gate', lessons(5)), goal('again', lessons(2), { repeatable: {}, after: ['gate'] })])
    expect(decided(catalog, { values: counted(4) })).toEqual([])
    expect(decided(catalog, { values: counted(6) })).toEqual(['gate', 'again@1', 'again@2', 'again@3'])
  })
})

describe('calendar periods that are times', () => {
  const daily = (more: object = {}) =>
    compiled([
      goal('gate', { type: 'count', category: 'quiz', target: 1 }),
      goal('daily', lessons(1, { during: 'day' }), { repeatable: {}, after: ['gate'], ...more }),
    ])
  const stateWith = (catalog: CompiledCatalog, reachedCount: number, ...parts: readonly string[]) => {
    const name = [...catalog.metrics.keys()].find(metric => metric !== 'count:quiz')!
    const rows = new Map([wholePart, ...parts].map(part => [part, { value: 1, lastAt: at }]))
    return stateOf({
      values: new Map([
        ['count:quiz', 1],
        [name, reachedCount],
      ]),
      rows: new Map([[name, rows]]),
      repeatableIds: catalog.repeatableIds,
    })
  }
  const idsOf = (catalog: CompiledCatalog, state: ReturnType<typeof stateOf>) =>
    decide(catalog, state, catalog.milestones).map(({ milestone }) => milestone.id)

  test('are awarded when the prerequisite is met, the earliest first', () => {
    const catalog = daily()
    const state = stateWith(catalog, 2, '2026-04-02', '2026-04-01')
    expect(idsOf(catalog, state)).toEqual(['gate', 'daily@2026-04-01', 'daily@2026-04-02'])
    expect(state.isInDoubt).toBeUndefined()
  })

  test('are limited by the max', () => {
    const catalog = daily({ repeatable: { max: 1 } })
    expect(idsOf(catalog, stateWith(catalog, 2, '2026-04-02', '2026-04-01'))).toEqual(['gate', 'daily@2026-04-01'])
  })

  test('leave the user in doubt if more were reached than the rows show', () => {
    const catalog = daily()
    const state = stateWith(catalog, 3, '2026-04-02')
    idsOf(catalog, state)
    expect(state.isInDoubt).toBe(true)
  })
})

describe('points', () => {
  const catalog = compiled([goal('rich', { type: 'points', target: 50 }), goal('poor', { type: 'points', target: 5 })])
  const ids = (points: number) => {
    const state = stateOf({ completionPoints: 4 })
    return gain(catalog, state, points).map(({ milestone }) => milestone.id)
  }

  test('make the milestones due whose targets they cross', () => {
    expect([ids(0), ids(1), ids(46)]).toEqual([[], ['poor'], ['poor', 'rich']])
    expect([pointsCrossAny(catalog, 4, 4), pointsCrossAny(catalog, 4, 5), pointsCrossAny(catalog, 5, 49)]).toEqual([
      false,
      true,
      false,
    ])
  })

  test('of a badge count for requirements, and the badge counts by its own id and that of its milestone', () => {
    const again = compiled([
      goal('again', lessons(1), { repeatable: {} }),
      goal('needs', { type: 'milestones', ids: ['again'] }),
      goal('poor', { type: 'points', target: 5 }),
    ])
    const state = stateOf({ repeatableIds: again.repeatableIds })
    const due = hold(again, state, { id: 'again@2', points: 5 })
    expect(due.map(({ milestone }) => milestone.id)).toEqual(['poor', 'needs'])
    expect([...state.held]).toEqual(['again@2', 'again'])
  })
})

test('a composite holds if enough of its parts do', () => {
  const parts = [lessons(1), lessons(2), lessons(3)]
  const catalog = compiled([
    goal('all', { type: 'all', of: parts }),
    goal('any', { type: 'any', of: parts }),
    goal('some', { type: 'some', of: parts, target: 2 }),
  ])
  const holding = (value: number) => {
    const state = stateOf({ values: counted(value) })
    return catalog.milestones.filter(({ goal }) => holds(goal, state)).map(({ milestone }) => milestone.id)
  }
  expect([0, 1, 2, 3].map(holding)).toEqual([[], ['any'], ['any', 'some'], ['all', 'any', 'some']])
})
