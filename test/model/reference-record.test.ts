import { expect, test } from 'vitest'
import { type ModelInput, newModel } from './reference-model.js'
import { modelRecord } from './reference-record.js'

const at = new Date('2026-04-01T12:00Z')
const later = new Date('2026-04-02T12:00Z')
const first = { userId: 'ann', category: 'commit', itemKey: 'a', metadata: { n: 1, lang: 'ts' }, completedAt: at }

test.each<[string, ModelInput, readonly string[] | undefined]>([
  ['the same in another order', { ...first, metadata: { lang: 'ts', n: 1 } }, undefined],
  ['no time', { ...first, completedAt: undefined }, undefined],
  ['another time', { ...first, completedAt: later }, ['completedAt']],
  ['other metadata', { ...first, metadata: { n: 1, lang: null } }, ['metadata']],
  ['both otherwise', { ...first, completedAt: later, metadata: {} }, ['completedAt', 'metadata']],
])('a repeat that says %s reports what differs from the first recording', (_, repeat, differs) => {
  const model = newModel({ milestones: [] })
  const recorded = { status: 'recorded', awarded: [], differs: undefined }
  const duplicate = { status: 'duplicate', awarded: [], differs }
  expect(modelRecord(model, [first, repeat])).toEqual([recorded, duplicate])
  expect(modelRecord(model, [repeat])).toEqual([duplicate])
})
