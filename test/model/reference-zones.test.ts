import { expect, test } from 'vitest'
import type { MilestoneDefinition } from '../../src/core/catalog/milestone.js'
import type { PeriodUnit } from '../../src/core/time/period.js'
import { badgesOf, type Model, newModel } from './reference-model.js'
import { modelRecord } from './reference-record.js'
import { modelSetZone } from './reference-zones.js'

test('periods that the first zone moves take the badges of those before with them, once for each', () => {
  const model = modelOf({ id: 'm', requirement: counting('week'), repeatable: { max: 2 } })
  recordAt(model, '2026-03-29T18:15Z', '2026-03-31T12:00Z')
  expect(held(model)).toEqual(['m@2026-W13 2026-03-29T18:15:00.000Z', 'm@2026-W14 2026-03-31T12:00:00.000Z'])
  modelSetZone(model, 'ann', 'Pacific/Kiritimati')
  expect(held(model)).toEqual(['m@2026-W14 2026-03-31T12:00:00.000Z'])
})

test('a period that nothing reached before a zone was set, or that is kept, keeps its badge', () => {
  const requirement = counting('day')
  const model = modelOf(
    { id: 'kept', requirement, repeatable: {}, onUndo: 'keep' },
    { id: 'day', requirement, repeatable: {} },
  )
  recordAt(model, '2026-03-29T18:15Z')
  const at = new Date('2026-03-01T00:00Z')
  model.badges.set('ann', [...badgesOf(model, 'ann'), { id: 'day@2026-03-01', earnedAt: at, points: 0, by: null }])
  modelSetZone(model, 'ann', 'Pacific/Kiritimati')
  expect(badgesOf(model, 'ann').map(({ id }) => id)).toEqual([
    'kept@2026-03-29',
    'day@2026-03-01',
    'kept@2026-03-30',
    'day@2026-03-30',
  ])
})

type Given = Pick<MilestoneDefinition, 'id' | 'requirement' | 'repeatable' | 'onUndo'>

function modelOf(...milestones: readonly Given[]): Model {
  return newModel({ milestones: milestones.map(milestone => ({ title: 'M', ...milestone }) as MilestoneDefinition) })
}

function counting(during: PeriodUnit): MilestoneDefinition['requirement'] {
  return { type: 'count', category: 'commit', target: 1, during }
}

function recordAt(model: Model, ...times: readonly string[]): void {
  modelRecord(
    model,
    times.map(at => ({
      userId: 'ann',
      category: 'commit',
      itemKey: at,
      metadata: {},
      completedAt: new Date(at),
    })),
  )
}

function held(model: Model): string[] {
  return badgesOf(model, 'ann').map(({ id, earnedAt }) => `${id} ${earnedAt.toISOString()}`)
}
