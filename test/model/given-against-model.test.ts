import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCatalog } from '../../src/index.js'
import { given, type User } from '../../src/testing.js'
import { scale } from '../support/scale.js'
import { consistentCompletions, pause, zoneHistory } from './arbitraries/arbitraries.js'
import { catalogDefinition } from './arbitraries/catalog-arbitraries.js'
import { badgesOf, type Model, newModel, pointsOf } from './reference-model.js'
import { measure } from './reference-progress.js'
import { modelRecord } from './reference-record.js'
import { shownAsModel } from './shown-progress.js'

const telling = fc.record({
  definition: catalogDefinition,
  // The steps have no start of days of a user's own.
  zones: zoneHistory.map(zones => zones.map(({ zone, since }) => ({ zone: zone!, since }))),
  pauses: fc.array(pause, { maxLength: 2 }),
  completions: consistentCompletions.map(list => list.filter(({ userId }) => userId === 'ann')),
})

test('the described steps give what the model gives, with the same dates, points and progress', () => {
  fc.assert(
    fc.property(telling, ({ definition, zones, pauses, completions }) => {
      const model: Model = newModel(definition)
      model.zones.set('ann', zones)
      model.pauses.push(...pauses.map(pause => ({ userId: 'ann', ...pause })))
      modelRecord(model, completions)

      let user: User = given(parseCatalog(definition)).user()
      for (const { zone, since } of zones) user = user.movesTo(zone).at(since)
      for (const { category, itemKey, metadata, completedAt } of completions) {
        user = user.completes(category, itemKey, metadata).at(completedAt)
      }
      for (const { from, to, inDays } of pauses) {
        user = inDays ? user.pauses(dayOf(from), dayOf(to)) : user.pauses(from, to)
      }
      const then = user.then.asOf(model.now)

      expect(Object.fromEntries(then.badges.map(({ id, earnedAt }) => [id, earnedAt]))).toEqual(
        Object.fromEntries(badgesOf(model, 'ann').map(({ id, earnedAt }) => [id, earnedAt])),
      )
      expect(then.points).toBe(pointsOf(model, 'ann'))
      const measured = measure(model, 'ann')
      expect(shownAsModel(then.progress, measured)).toEqual(measured)
    }),
    { numRuns: scale(60, 10_000) },
  )
})

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}
