import { describe, expect, test } from 'vitest'
import { compiled } from '../../../test/support/compiled.js'
import { type Badge, badgeFromRow } from './badge.js'
import { badgesLost, type Change, isKept, isOfMilestone, standingAlone } from './keep.js'

const goal = (id: string, requirement: object, more: object = {}) => ({ id, requirement, ...more })
const lessons = (target: number, more: object = {}) => ({ type: 'count', category: 'lesson', target, ...more })
const needs = (...ids: readonly string[]) => ({ type: 'milestones', ids, target: 1 })
const badge = (id: string, points = 0): Badge =>
  badgeFromRow({ itemKey: id, metadata: { points }, completedAt: new Date('2026-04-01') })
const basis = (lessonCount: number, completionPoints = 0) => {
  return { values: new Map([['count:lesson', lessonCount]]), completionPoints }
}
const change = (from: number, to: number, held: readonly Badge[], more: Partial<Change> = {}): Change => {
  const none: ReadonlySet<string> = new Set()
  return { before: basis(from), after: basis(to), held, safe: none, refused: none, taken: null, ...more }
}
const lost = (milestones: readonly object[], what: Change) => badgesLost(compiled(milestones), what).map(({ id }) => id)

describe('after a change', () => {
  const catalog = [goal('one', lessons(1)), goal('three', lessons(3))]

  test('only a badge whose target is no longer reached is lost', () => {
    expect(lost(catalog, change(3, 2, [badge('one'), badge('three')]))).toEqual(['three'])
    expect(lost(catalog, change(3, 3, [badge('one'), badge('three')]))).toEqual([])
  })

  test('what depends on a lost badge is lost too: by its id, its points, or as a prerequisite', () => {
    const chain = [
      goal('three', lessons(3), { reward: { points: 50 } }),
      goal('rich', { type: 'points', target: 50 }),
      goal('after', lessons(1), { after: ['rich'] }),
      goal('named', needs('after')),
    ]
    const held = [badge('three', 50), badge('rich'), badge('after'), badge('named')]
    expect(lost(chain, change(3, 2, held))).toEqual(['three', 'rich', 'after', 'named'])
  })

  test('two badges that support each other by their points are both lost when their first cause is gone', () => {
    const pair = [
      goal('a', { type: 'any', of: [lessons(1), { type: 'points', target: 10 }] }, { reward: { points: 10 } }),
      goal('b', { type: 'points', target: 10 }, { reward: { points: 10 } }),
    ]
    expect(lost(pair, change(1, 0, [badge('a', 10), badge('b', 10)]))).toEqual(['a', 'b'])
  })

  test('a badge does not support itself by its own points', () => {
    const rich = [
      goal('rich', { type: 'any', of: [lessons(1), { type: 'points', target: 10 }] }, { reward: { points: 10 } }),
    ]
    expect(lost(rich, change(1, 0, [badge('rich', 10)]))).toEqual(['rich'])
  })

  test('a badge gives the points that it had when it was awarded', () => {
    const rich = [goal('one', lessons(1), { reward: { points: 1 } }), goal('rich', { type: 'points', target: 50 })]
    expect(lost(rich, change(2, 1, [badge('one', 50), badge('rich')]))).toEqual([])
  })

  test('the latest times of a repeatable milestone are lost', () => {
    const again = [goal('again', lessons(2), { repeatable: {} })]
    const held = [badge('again@1'), badge('again@2'), badge('again@3')]
    expect(lost(again, change(6, 3, held))).toEqual(['again@2', 'again@3'])
  })
})

describe('what is not judged', () => {
  const catalog = [
    goal('one', lessons(1)),
    goal('three', lessons(3)),
    goal('old', lessons(99)),
    goal('next', needs('old', 'three')),
  ]

  test('is a badge that nothing supported before: made harder, without a milestone, or inserted by the host', () => {
    const held = [badge('old'), badge('gone'), badge('three'), badge('one')]
    expect(lost(catalog, change(1, 0, held))).toEqual(['one'])
  })

  test('still supports others', () => {
    expect(lost(catalog, change(3, 0, [badge('old'), badge('three'), badge('next')]))).toEqual(['three'])
  })

  test('is only the first of several that support each other, so that the others depend on it', () => {
    const pair = ['a', 'b'].map(id => goal(id, { type: 'points', target: 10 }, { reward: { points: 10 } }))
    const held = [badge('a', 10), badge('b', 10)]
    expect(lost(pair, change(0, 0, held))).toEqual([])
    expect(lost(pair, change(0, 0, held, { taken: 'a' }))).toEqual(['a', 'b'])
  })

  test('is a safe badge', () => {
    expect(lost(catalog, change(3, 0, [badge('one'), badge('three')], { safe: new Set(['three']) }))).toEqual(['one'])
  })
})

describe('a badge that is revoked', () => {
  const catalog = [goal('one', lessons(1)), goal('next', needs('one')), goal('rich', { type: 'points', target: 5 })]

  test('is lost although its requirement holds, with everything that depends on it', () => {
    const held = [badge('one', 5), badge('next'), badge('rich')]
    expect(lost(catalog, change(3, 3, held, { taken: 'one' }))).toEqual(['one', 'next', 'rich'])
  })

  test('is lost even if it is safe or unsupported', () => {
    const safe = new Set(['one', 'gone'])
    expect(lost(catalog, change(3, 3, [badge('one')], { taken: 'one', safe }))).toEqual(['one'])
    expect(lost(catalog, change(3, 3, [badge('gone')], { taken: 'gone', safe }))).toEqual(['gone'])
  })

  test('that was revoked before supports nothing', () => {
    const held = [badge('next')]
    const before = change(1, 1, held, { refused: new Set(['one']) })
    expect(standingAlone(compiled(catalog), before.before, before)).toEqual(new Set(['next']))
    expect(standingAlone(compiled(catalog), before.before, { held, refused: new Set() })).toEqual(new Set())
  })
})

describe('a milestone that keeps its badges', () => {
  const catalog = compiled([
    goal('kept', lessons(1), { onUndo: 'keep' }),
    goal('posts', { type: 'count', category: 'post' }, { tiers: [1, 5], onUndo: 'keep' }),
    goal('again', lessons(2), { repeatable: {}, onUndo: 'keep' }),
    goal('old', lessons(3), { retired: true, onUndo: 'keep' }),
    goal('plain', lessons(4)),
  ])

  test.each([
    ['its badge', 'kept', true],
    ['each tier', 'posts#5', true],
    ['a tier that is gone', 'posts#99', true],
    ['each time', 'again@7', true],
    ['one that is retired', 'old', true],
    ['not one of another', 'plain', false],
    ['not one of no milestone', 'unknown', false],
  ])('keeps %s', (_, id, is) => {
    expect(isKept(catalog, id)).toBe(is)
  })

  test('is found by all of its badges', () => {
    const isRetired = (id: string) => isOfMilestone(catalog.catalog, id, milestone => milestone.isRetired)
    expect(['old', 'plain', 'unknown'].map(isRetired)).toEqual([true, false, false])
  })
})
