import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Badge } from '../../src/core/awards/badge.js'
import { type CompiledCatalog, compileCatalog } from '../../src/core/awards/compile.js'
import { rowsByMetric, startCount } from '../../src/core/awards/count-history.js'
import { type Basis, badgesLost } from '../../src/core/awards/keep.js'
import { compareInTime } from '../../src/core/awards/replay.js'
import { type Countable, wholePart } from '../../src/core/metrics/metric.js'
import { type Calendar, calendarOf } from '../../src/core/time/calendar.js'
import { parseCatalog } from '../../src/index.js'
import { scale } from '../support/scale.js'
import { consistentCompletions, moment, zoneHistory } from './arbitraries/arbitraries.js'
import { catalogDefinition } from './arbitraries/catalog-arbitraries.js'
import { badgeIdsAround, picked } from './commands.js'
import { badgesOf, decisionsOf, gainsFor, keyOf, type Model, type ModelBadge, newModel } from './reference-model.js'
import { sumOf } from './reference-points.js'
import { modelRecord } from './reference-record.js'
import { awardable, heldInTime, safeBadges } from './reference-standing.js'
import { modelLost } from './reference-undo.js'

const runs = { numRuns: scale(60, 20_000) }
const ofAnn = consistentCompletions.map(list => list.filter(({ userId }) => userId === 'ann'))
const pick = fc.nat({ max: 200 })

/** Badges that no completion brought: inserted by the host, or given by hand. */
const extra = fc.record({ pick, at: moment, points: fc.constantFrom(0, 15, 40), isManual: fc.boolean() })
type Extra = { readonly pick: number; readonly at: Date; readonly points: number; readonly isManual: boolean }

/** What is undone of the completions, and which badge is taken, if any. */
const change = fc.record({ undone: fc.array(pick, { maxLength: 6 }), taken: fc.option(pick) })

test('what no longer holds after a change is what the model finds, one badge after the other', () => {
  let lostCount = 0
  fc.assert(
    fc.property(
      catalogDefinition,
      zoneHistory,
      ofAnn,
      fc.array(extra, { maxLength: 3 }),
      change,
      (definition, zones, completions, extras, { undone, taken }) => {
        const before = newModel(definition)
        before.zones.set('ann', zones)
        modelRecord(before, completions)
        for (const given of extras) hold(before, given)
        const after = without(before, new Set(undone.map(i => picked(completions, i)).map(done => done && keyOf(done))))
        const held = heldInTime(before, 'ann')
        const change = { userId: 'ann', taken: taken === null ? null : (picked(held, taken)?.id ?? null) }
        if (change.taken !== null) decide(before, change.taken, 'revoked')
        const catalog = compileCatalog(parseCatalog(definition), text =>
          createHash('sha256').update(text).digest('hex'),
        )
        const lost = badgesLost(catalog, {
          before: basisOf(catalog, before),
          after: basisOf(catalog, after),
          held: held as unknown as Badge[],
          safe: new Set(safeBadges(before, 'ann').map(({ id }) => id)),
          refused: new Set([...decisionsOf(before, 'ann')].filter(([, is]) => is === 'revoked').map(([id]) => id)),
          taken: change.taken,
        })
        expect(lost.map(({ id }) => id)).toEqual(modelLost(after, before, change))
        lostCount += lost.length
      },
    ),
    runs,
  )
  expect(lostCount).toBeGreaterThan(runs.numRuns / 10)
})

function hold(model: Model, { pick, at, points, isManual }: Extra): void {
  const ids = badgeIdsAround(model.definition).filter(id => awardable(model.definition, id))
  const id = picked([...ids, "the host's"], pick)!
  const held = badgesOf(model, 'ann')
  if (held.some(badge => badge.id === id)) return
  const badge: ModelBadge = { id, earnedAt: at, points, by: null }
  model.badges.set('ann', [...held, badge])
  if (isManual) decide(model, id, 'awarded')
}

function decide(model: Model, id: string, decision: 'awarded' | 'revoked'): void {
  model.decisions.set('ann', new Map([...decisionsOf(model, 'ann'), [id, decision]]))
}

function without(model: Model, undone: ReadonlySet<string | undefined>): Model {
  return {
    ...model,
    completions: model.completions.filter(completion => !undone.has(keyOf(completion))),
    offers: model.offers.filter(({ completion }) => !undone.has(keyOf(completion))),
  }
}

function basisOf(catalog: CompiledCatalog, model: Model): Basis {
  const calendar: Calendar = calendarOf(model.zones.get('ann') ?? [])
  const counter = startCount(catalog, { badges: [], calendar, refused: new Set() })
  for (const completion of [...(model.completions as Countable[])].sort(compareInTime)) counter.add(completion)
  const count = counter.finish()
  const whole = count.rows.filter(({ part }) => part === wholePart)
  return {
    values: new Map(whole.map(({ metric, row }) => [metric, row.value])),
    rows: rowsByMetric(count),
    completionPoints: sumOf(gainsFor(model, 'ann')),
  }
}
