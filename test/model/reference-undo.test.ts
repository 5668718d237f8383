import { expect, test } from 'vitest'
import type { MilestoneDefinition } from '../../src/core/catalog/milestone.js'
import { badgesOf, type Model, modelCheck, newModel, pointsOf } from './reference-model.js'
import { modelRecord } from './reference-record.js'
import { awardable } from './reference-standing.js'
import { modelAward, modelRevoke, modelUndo } from './reference-undo.js'

const at = new Date('2026-04-01T12:00Z')
const key = (itemKey: string) => ({ userId: 'ann', category: 'lesson', itemKey })
const count = (target: number) => ({ type: 'count', category: 'lesson', target }) as const
const quiz = { type: 'count', category: 'quiz', target: 1 } as const
const points = (target: number) => ({ type: 'points', target }) as const
const worth = (points: number) => ({ reward: { points } })

test('an undo takes what rested on it, and no badge holds itself up', () => {
  const model = modelOf(
    { id: 'b', requirement: quiz, ...worth(60) },
    { id: 'd', requirement: count(1), ...worth(40) },
    { id: 'a', requirement: points(100), ...worth(50) },
  )
  modelRecord(model, [{ ...key('x'), category: 'quiz', metadata: {}, completedAt: at }])
  recordAt(model, 'l')
  expect(modelUndo(model, key('l'))).toEqual({ status: 'undone', revoked: ['a', 'd'] })
  expect([held(model), pointsOf(model, 'ann')]).toEqual([['b'], 60])
  expect(modelUndo(model, key('l'))).toEqual({ status: 'not-found', revoked: [] })
})

test('what is done again counts again, and an undo leaves its room under the cap to the others', () => {
  const model = modelOf({ id: 'two', requirement: count(2) })
  const capped = { category: 'lesson', points: 10, cap: { per: 'day', points: 15 } } as const
  const withPoints: Model = { ...model, definition: { ...model.definition, points: [capped] } }
  recordAt(withPoints, 'a', 'b')
  expect(pointsOf(withPoints, 'ann')).toBe(15)
  expect(modelUndo(withPoints, key('a')).revoked).toEqual(['two'])
  expect(pointsOf(withPoints, 'ann')).toBe(10)
  expect(recordAt(withPoints, 'a')).toEqual([{ status: 'recorded', awarded: ['two'] }])
  expect(pointsOf(withPoints, 'ann')).toBe(15)
})

test('a kept badge stays with the badges that depend on it, and is not awarded again', () => {
  const model = modelOf(
    { id: 'kept', requirement: count(1), onUndo: 'keep', ...worth(10) },
    { id: 'rich', requirement: points(10) },
  )
  recordAt(model, 'a')
  expect(modelUndo(model, key('a')).revoked).toEqual([])
  expect(held(model)).toEqual(['kept', 'rich'])
  expect(recordAt(model, 'a')).toEqual([{ status: 'recorded', awarded: [] }])
  expect(recordAt(model, 'a')).toEqual([{ status: 'duplicate', awarded: ['kept', 'rich'] }])
})

test('what nothing supported before stays, and what rests on it goes with it alone', () => {
  const model = modelOf(
    { id: 'retired', requirement: count(1), retired: true },
    { id: 'a-follower', requirement: { type: 'milestones', ids: ['retired'] } },
  )
  recordAt(model, 'a')
  model.badges.set('ann', [{ id: 'retired', earnedAt: at, points: 0, by: null }])
  modelCheck(model, 'ann')
  expect(held(model)).toEqual(['a-follower', 'retired'])
  expect(modelUndo(model, key('a')).revoked).toEqual([])
  expect(modelRevoke(model, 'ann', 'retired')).toEqual({ status: 'revoked', revoked: ['retired', 'a-follower'] })
})

test('a manually revoked badge stays revoked until it is awarded manually, and then stays', () => {
  const model = modelOf({ id: 'one', requirement: count(1) }, { id: 'two', requirement: count(2), after: ['one'] })
  recordAt(model, 'a')
  expect(modelRevoke(model, 'ann', 'one')).toEqual({ status: 'revoked', revoked: ['one'] })
  expect(modelRevoke(model, 'ann', 'one')).toEqual({ status: 'not-held', revoked: [] })
  recordAt(model, 'b')
  expect(held(model)).toEqual([])
  expect(modelAward(model, 'ann', 'one')).toEqual({ status: 'awarded', id: 'one', awarded: ['two'] })
  expect(modelUndo(model, key('a')).revoked).toEqual(['two'])
  expect(modelAward(model, 'ann', 'one')).toEqual({ status: 'held', id: 'one', awarded: [] })
  expect(held(model)).toEqual(['one'])
})

test('a badge can be given of every milestone, tier and time that the catalog has, but not of one that is retired', () => {
  const { definition } = modelOf(
    { id: 'plain', requirement: count(1) },
    { id: 'tiers', requirement: { type: 'count', category: 'lesson' }, tiers: [1, 2] },
    { id: 'times', requirement: count(1), repeatable: { max: 2 } },
    { id: 'retired', requirement: count(1), retired: true },
  )
  const ids = ['plain', 'plain@1', 'plain@2', 'tiers', 'tiers#2', 'tiers#3', 'times', 'times@1', 'times@2', 'times@3']
  expect([...ids, 'retired', 'unknown'].filter(id => awardable(definition, id))).toEqual([
    'plain',
    'tiers#2',
    'times@1',
    'times@2',
  ])
})

function modelOf(...milestones: readonly Omit<MilestoneDefinition, 'title'>[]): Model {
  return newModel({ milestones: milestones.map(given => ({ title: 'M', ...given }) as MilestoneDefinition) })
}

function recordAt(model: Model, ...items: readonly string[]) {
  return modelRecord(
    model,
    items.map(itemKey => ({ ...key(itemKey), metadata: {}, completedAt: at })),
  )
}

function held(model: Model): string[] {
  return badgesOf(model, 'ann')
    .map(({ id }) => id)
    .sort()
}
