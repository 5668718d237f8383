import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compiled, completed } from '../../../test/support/compiled.js'
import type { Countable } from '../metrics/metric.js'
import { calendarOf } from '../time/calendar.js'
import { dayMs } from '../time/period.js'
import type { CompiledCatalog } from './compile.js'
import { decide, stateOf } from './decide.js'
import { compareInTime, countInto, replay, step, stepBadge } from './replay.js'

const goal = (id: string, requirement: object, more: object = {}) => ({ id, requirement, ...more })
const lessons = (target: number, more: object = {}) => ({ type: 'count', category: 'lesson', target, ...more })
const lesson = (itemKey: string, at: string, more: Partial<Countable> = {}) => completed('lesson', itemKey, at, more)

function replayed(catalog: CompiledCatalog, completions: readonly Countable[]): readonly (readonly [string, string])[] {
  const state = stateOf({ repeatableIds: catalog.repeatableIds })
  return replay(catalog, state, completions).map(({ milestone, at }) => [milestone.milestone.id, at.itemKey])
}

describe('a replay', () => {
  test('returns the completion that makes each badge due', () => {
    const catalog = compiled([goal('one', lessons(1)), goal('three', lessons(3)), goal('four', lessons(4))])
    const days = ['a', 'b', 'c'].map((key, i) => lesson(key, `2026-04-0${i + 1}`))
    expect(replayed(catalog, days)).toEqual([
      ['one', 'a'],
      ['three', 'c'],
    ])
  })

  test('takes completions in the order given', () => {
    const catalog = compiled([goal('two', lessons(2))])
    const [a, b] = [lesson('a', '2026-04-01'), lesson('b', '2026-04-02')]
    expect([replayed(catalog, [a, b]), replayed(catalog, [b, a])]).toEqual([[['two', 'b']], [['two', 'a']]])
  })

  test('ignores completions that no metric counts', () => {
    const catalog = compiled([goal('best', { type: 'best', category: 'quiz', property: 'score', target: 5 })])
    const quizzes = [9, '9', null, -9].map((score, i) =>
      completed(i === 0 ? 'exam' : 'quiz', `k${i}`, '2026-04-01', { metadata: { score } }),
    )
    expect(replayed(catalog, quizzes)).toEqual([])
  })

  test('names a time by the day on which the completion counted, which may be that of an earlier clock', () => {
    const flown = calendarOf([
      { zone: 'Europe/Berlin', since: new Date('2026-03-01') },
      { zone: 'Pacific/Kiritimati', since: new Date('2026-03-18') },
    ])
    // On both clocks it is the 18th at first. At the second lesson only Berlin still shows the 18th.
    const both = [lesson('a', '2026-03-18T00:00Z'), lesson('b', '2026-03-18T22:00Z')]
    for (const more of [{}, { cooldown: 'PT1H' }]) {
      const catalog = compiled([goal('daily', lessons(2, { during: 'day' }), { repeatable: more })])
      const due = replay(catalog, stateOf({ repeatableIds: catalog.repeatableIds, calendar: flown }), both)
      expect(due.map(({ milestone }) => milestone.milestone.id)).toEqual(['daily@2026-03-18'])
    }
  })

  test('follows a falling value if lower is better', () => {
    const requirement = { type: 'lowest', category: 'lap', property: 's' }
    const catalog = compiled([goal('lap', requirement, { tiers: [70, 60, -5] })])
    const laps = [80, 65, 90, -5].map((s, i) => completed('lap', `k${i}`, '2026-04-01', { metadata: { s } }))
    expect(replayed(catalog, laps)).toEqual([
      ['lap#70', 'k1'],
      ['lap#60', 'k3'],
      ['lap#-5', 'k3'],
    ])
  })

  test("adds a completion's own points before those of the badges it earns", () => {
    const catalog = compiled([
      goal('own', { type: 'points', target: 10 }),
      goal('one', lessons(1), { reward: { points: 5 } }),
      goal('both', { type: 'points', target: 15 }),
    ])
    expect(replayed(catalog, [lesson('a', '2026-04-01', { points: 10 })])).toEqual([
      ['own', 'a'],
      ['one', 'a'],
      ['both', 'a'],
    ])
  })

  test('returns each time of a repeatable milestone, even several for one completion', () => {
    const km = { type: 'total', category: 'run', property: 'km', target: 10 }
    const catalog = compiled([goal('ten', km, { repeatable: {} })])
    const runs = [9, 25].map((length, i) => completed('run', `k${i}`, '2026-04-01', { metadata: { km: length } }))
    expect(replayed(catalog, runs)).toEqual([
      ['ten@1', 'k1'],
      ['ten@2', 'k1'],
      ['ten@3', 'k1'],
    ])
  })
})

describe('a step', () => {
  test('reports each metric that it changed', () => {
    const catalog = compiled([
      goal('one', lessons(1)),
      goal('days', { type: 'streak', category: 'lesson', every: 'day', target: 2 }),
    ])
    const heard: (readonly [string, boolean])[] = []
    step(catalog, stateOf({}), lesson('a', '2026-04-01'), (metric, isKnown) => void heard.push([metric.name, isKnown]))
    expect(heard).toEqual([
      ['count:lesson', true],
      ['daily-streak:lesson', true],
    ])
  })

  test('reports a metric in doubt, and does not change it', () => {
    const catalog = compiled([goal('again', lessons(1), { repeatable: { cooldown: 'P1D' } })])
    const [name] = [...catalog.metrics.keys()]
    const state = stateOf({ repeatableIds: catalog.repeatableIds })
    step(catalog, state, lesson('late', '2026-04-09'))
    const known: boolean[] = []
    const due = step(catalog, state, lesson('early', '2026-04-01'), (_, isKnown) => void known.push(isKnown))
    expect([due, known, state.values.get(name!)]).toEqual([[], [false], 1])
  })

  test('still counts if it decides nothing', () => {
    const catalog = compiled([goal('one', lessons(1))])
    const state = stateOf({})
    countInto(catalog, state, lesson('a', '2026-04-01'))
    expect([state.values.get('count:lesson'), [...state.held]]).toEqual([1, []])
  })

  test('of a badge makes the milestones due that need it', () => {
    const catalog = compiled([goal('first', lessons(9)), goal('next', { type: 'milestones', ids: ['first'] })])
    const due = stepBadge(catalog, stateOf({}), { id: 'first', points: 0 })
    expect(due.map(({ milestone }) => milestone.id)).toEqual(['next'])
  })
})

test('completions are sorted by time, then by category and key in code point order', () => {
  const at = '2026-04-02T10:00Z'
  const inOrder = [
    completed('z', 'z', '2026-04-01T10:00Z'),
    completed('a', 'b', at),
    completed('b', 'B', at),
    completed('b', 'a', at),
    completed('b', '\uffff', at),
    completed('b', '𝒯', at),
  ]
  expect([...inOrder].reverse().sort(compareInTime)).toEqual(inOrder)
})

test('completions in any order end with the same badges', () => {
  const requirements = [
    lessons(3),
    { type: 'total', category: 'lesson', property: 'n', target: 8 },
    { type: 'best', category: 'lesson', property: 'n', target: 5 },
    { type: 'lowest', category: 'lesson', property: 'n', target: 1 },
    lessons(2, { during: 'day' }),
    { type: 'streak', category: 'lesson', every: 'day', target: 3 },
  ]
  const catalog = compiled([
    ...requirements.map((requirement, i) => goal(`m${i}`, requirement, { reward: { points: 10 } })),
    goal('rich', { type: 'points', target: 25 }),
    goal('after', lessons(1), { after: ['m1'] }),
  ])
  const history = fc.uniqueArray(
    fc.record({ key: fc.nat({ max: 20 }), day: fc.nat({ max: 6 }), n: fc.nat({ max: 6 }) }),
    {
      selector: ({ key }) => key,
      maxLength: 8,
    },
  )
  fc.assert(
    fc.property(history, fc.func(fc.nat()), (given, place) => {
      const start = Date.UTC(2026, 3, 1)
      const inTime = given
        .map(({ key, day, n }): Countable => {
          const completedAt = new Date(start + day * dayMs)
          return { category: 'lesson', itemKey: `k${key}`, metadata: { n }, completedAt }
        })
        .sort(compareInTime)
      const whole = stateOf({})
      for (const completion of inTime) countInto(catalog, whole, completion)
      const due = decide(catalog, whole, catalog.milestones).map(({ milestone }) => milestone.id)
      const arrived = [...inTime].sort((a, b) => place(a.itemKey) - place(b.itemKey))
      for (const list of [inTime, arrived]) {
        expect(
          replayed(catalog, list)
            .map(([id]) => id)
            .sort(),
        ).toEqual([...due].sort())
      }
    }),
  )
})
