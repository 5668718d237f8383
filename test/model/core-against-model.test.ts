import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Badge } from '../../src/core/badge.js'
import { compileCatalog } from '../../src/core/compile.js'
import { startCount } from '../../src/core/count-history.js'
import { stateOf } from '../../src/core/decide.js'
import { progressOf } from '../../src/core/progress.js'
import { replay } from '../../src/core/replay.js'
import { type CatalogDefinition, parseCatalog } from '../../src/index.js'
import { scale } from '../support/scale.js'
import { catalogDefinition, consistentCompletions } from './arbitraries.js'
import { badgesOf, type ModelCompletion, measure, modelCheck, modelRecord, newModel } from './reference-model.js'

const runs = { numRuns: scale(1_000, 100_000) }
const compiled = (definition: CatalogDefinition) =>
  compileCatalog(parseCatalog(definition), text => createHash('sha256').update(text).digest('hex'))
const byTime = (completions: readonly ModelCompletion[]) =>
  [...completions].sort((a, b) => a.completedAt.getTime() - b.completedAt.getTime())
const ofAnn = consistentCompletions.map(list => list.filter(({ userId }) => userId === 'ann'))

test('a replay in any order ends with the badges that the model holds', () => {
  fc.assert(
    fc.property(catalogDefinition, ofAnn, (definition, completions) => {
      const model = newModel(definition)
      modelRecord(model, byTime(completions))
      const due = replay(compiled(definition), stateOf([], new Map()), completions)
      expect(due.map(({ milestone }) => milestone.milestone.id).sort()).toEqual(
        badgesOf(model, 'ann')
          .map(({ id }) => id)
          .sort(),
      )
    }),
    runs,
  )
})

test('a replay in order of time dates each badge as the model does', () => {
  fc.assert(
    fc.property(catalogDefinition, ofAnn, (definition, completions) => {
      const model = newModel(definition)
      modelRecord(model, completions)
      const due = replay(compiled(definition), stateOf([], new Map()), byTime(completions))
      const dates = (list: readonly { id: string; at: Date }[]) =>
        Object.fromEntries(list.map(({ id, at }) => [id, at]))
      expect(dates(due.map(({ milestone, at }) => ({ id: milestone.milestone.id, at: at.completedAt })))).toEqual(
        dates(badgesOf(model, 'ann').map(({ id, earnedAt }) => ({ id, at: earnedAt }))),
      )
    }),
    runs,
  )
})

test('counting a history with badges already held finds what the model finds, with the same dates', () => {
  fc.assert(
    fc.property(catalogDefinition, ofAnn, ofAnn, (definition, before, after) => {
      const model = newModel(definition)
      modelRecord(model, before)
      const known = new Set(before.map(({ category, itemKey }) => category + itemKey))
      model.completions.push(...after.filter(({ category, itemKey }) => !known.has(category + itemKey)))
      const held = [...badgesOf(model, 'ann')].sort((a, b) => a.earnedAt.getTime() - b.earnedAt.getTime())
      const counter = startCount(compiled(definition), held as unknown as Badge[])
      for (const completion of byTime(model.completions)) counter.add(completion)
      const { due } = counter.finish()
      modelCheck(model, 'ann')
      const found = due.map(({ milestone, at }) => [milestone.milestone.id, at.toISOString()])
      const expected = badgesOf(model, 'ann')
        .slice(held.length)
        .map(({ id, earnedAt }) => [id, earnedAt.toISOString()])
      expect(found.sort()).toEqual(expected.sort())
    }),
    runs,
  )
})

test('progress shows what the model measures', () => {
  fc.assert(
    fc.property(catalogDefinition, ofAnn, (definition, completions) => {
      const model = newModel(definition)
      modelRecord(model, completions)
      const state = stateOf([], new Map())
      const catalog = compiled(definition)
      replay(catalog, state, completions)
      const world = { completions: model.completions, badges: badgesOf(model, 'ann') }
      expect(progressOf(catalog, state, new Map()).map(({ current, target }) => ({ current, target }))).toEqual(
        definition.milestones.map(({ requirement }) => measure(definition, requirement, world)),
      )
    }),
    runs,
  )
})
