import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attributeInOrder, countsInAnyOrder } from '../../src/core/awards/attribution.js'
import type { Badge } from '../../src/core/awards/badge.js'
import { type CompiledCatalog, compileCatalog } from '../../src/core/awards/compile.js'
import { startCount } from '../../src/core/awards/count-history.js'
import { stateOf } from '../../src/core/awards/decide.js'
import { compareInTime, replay, step } from '../../src/core/awards/replay.js'
import { type Countable, type MetricRow, wholePart } from '../../src/core/metrics/metric.js'
import type { Requirement } from '../../src/core/metrics/requirement.js'
import { earnedDates, expiryDates } from '../../src/core/progress/named-badge.js'
import { progressOf } from '../../src/core/progress/progress.js'
import { type Calendar, calendarOf } from '../../src/core/time/calendar.js'
import { type CatalogDefinition, parseCatalog } from '../../src/index.js'
import { scale } from '../support/scale.js'
import { consistentCompletions, moment, pause, zoneHistory } from './arbitraries/arbitraries.js'
import { catalogDefinition } from './arbitraries/catalog-arbitraries.js'
import { withRisingPoints } from './arbitraries/rule-arbitraries.js'
import type { ModelPause, ModelZone } from './reference-calendar.js'
import { endOf } from './reference-expiry.js'
import {
  badgesOf,
  gainedBy,
  keyOf,
  type Model,
  type ModelCompletion,
  modelCheck,
  newModel,
  pointsOf,
} from './reference-model.js'
import { measure } from './reference-progress.js'
import { modelRecord } from './reference-record.js'
import { periodUnitOf } from './reference-requirement.js'
import { shownAsModel } from './shown-progress.js'

const runs = { numRuns: scale(30, 20_000) }
const ofAnn = consistentCompletions.map(list => list.filter(({ userId }) => userId === 'ann'))

/** A catalog, and how a user's days run. */
const setting = fc.record({
  definition: catalogDefinition,
  zones: zoneHistory,
  pauses: fc.array(pause, { maxLength: 2 }),
})

type Setting = {
  readonly definition: CatalogDefinition
  readonly zones: ModelZone[]
  readonly pauses: readonly ModelPause[]
}

function risingPoints(setting: Setting): Setting {
  return { ...setting, definition: withRisingPoints(setting.definition) }
}

// The same setting as the library has it, and as the model does.
function both({ definition, zones, pauses }: Setting) {
  const model = newModel(definition)
  model.zones.set('ann', zones)
  model.pauses.push(...pauses.map(pause => ({ ...pause, userId: 'ann' })))
  const catalog = compileCatalog(parseCatalog(definition), text => createHash('sha256').update(text).digest('hex'))
  const until = pauses.map(({ to, ...pause }) => ({ ...pause, until: to }))
  return { model, catalog, calendar: calendarOf(zones, until, { dayStartsAt: definition.dayStartsAt }) }
}

test('a replay in any order ends with the badges that the model holds, where nothing is in doubt', () => {
  fc.assert(
    fc.property(setting, ofAnn, (setting, completions) => {
      const { model, catalog, calendar } = both(setting)
      const isStrict = [...catalog.metrics.values()].some(
        ({ counting }) => typeof counting === 'object' && counting.isStrict,
      )
      const isFirstComeOnly = setting.definition.milestones.some(({ repeatable, requirement }) => {
        return repeatable?.max !== undefined && periodUnitOf(requirement as Requirement) !== undefined
      })
      fc.pre(!isStrict && !isFirstComeOnly)
      modelRecord(model, completions)
      const state = stateOf({ calendar })
      const due: string[] = []
      for (const completion of withPoints(model, completions)) {
        const milestones = step(catalog, state, completion, (_, isKnown) => fc.pre(isKnown))
        due.push(...milestones.map(({ milestone }) => milestone.id))
      }
      expect(due.sort()).toEqual(
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
    fc.property(setting, ofAnn, (setting, completions) => {
      const { model, catalog, calendar } = both(setting)
      modelRecord(model, completions)
      const due = replay(catalog, stateOf({ calendar }), byTime(withPoints(model, completions)))
      const dates = (list: readonly { id: string; at: Date }[]) =>
        Object.fromEntries(list.map(({ id, at }) => [id, at]))
      expect(dates(due.map(({ milestone, at }) => ({ id: milestone.milestone.id, at: at.completedAt })))).toEqual(
        dates(badgesOf(model, 'ann').map(({ id, earnedAt }) => ({ id, at: earnedAt }))),
      )
    }),
    runs,
  )
})

test('a replay in order of recording finds the completion that earned each badge', () => {
  fc.assert(
    fc.property(setting.map(risingPoints), ofAnn, (setting, completions) => {
      const { model, catalog, calendar } = both(setting)
      fc.pre(countsInAnyOrder(catalog, completions, calendar))
      modelRecord(model, completions)
      const broughtBy = attributeInOrder(catalog, stateOf({ calendar }), withAdded(setting, completions))
      expect(Object.fromEntries([...broughtBy].map(([id, by]) => [id, keyOf({ userId: 'ann', ...by })]))).toEqual(
        Object.fromEntries(badgesOf(model, 'ann').map(({ id, by }) => [id, by])),
      )
    }),
    runs,
  )
})

test('counting a history with badges already held finds what the model finds, with the same dates', () => {
  fc.assert(
    fc.property(setting, ofAnn, ofAnn, (setting, before, after) => {
      const { model, catalog, calendar } = both(setting)
      modelRecord(model, before)
      const known = new Set(before.map(keyOf))
      model.completions.push(...after.filter(completion => !known.has(keyOf(completion))))
      const held = heldInTime(model)
      const counter = startCount(catalog, { badges: held, calendar, refused: new Set() })
      for (const completion of byTime(withPoints(model, model.completions))) counter.add(completion)
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
    fc.property(setting, ofAnn, moment, (setting, completions, moment) => {
      const { model, catalog, calendar } = both(setting)
      modelRecord(model, completions)
      const latest = Math.max(0, ...completions.map(({ completedAt }) => completedAt.getTime()))
      // A clock that goes back a little finds all that it needs; how things stood days ago is not kept.
      const now = new Date(Math.max(moment.getTime(), latest - 5 * 3_600_000))
      model.now = now
      const held = heldInTime(model)
      const rows = countedRows(catalog, calendar, withPoints(model, completions))
      const shown = progressOf(catalog, {
        state: stateOf({
          badges: held,
          completionPoints: pointsOf(model, 'ann') - held.reduce((sum, { points }) => sum + points, 0),
          values: new Map([...rows].map(([name, parts]) => [name, parts.get(wholePart)!.value])),
          rows,
          calendar,
          repeatableIds: catalog.repeatableIds,
        }),
        earnedAtById: earnedDates(held, catalog.repeatableIds),
        expiresAtById: expiryDates(held, catalog.repeatableIds),
        rows,
        refused: new Set(),
        now,
        calendar,
      })
      expect(shownAsModel(shown, measure(model, 'ann'))).toEqual(measure(model, 'ann'))
    }),
    runs,
  )
})

function withPoints(model: Model, completions: readonly ModelCompletion[]): Countable[] {
  return completions.map(completion => ({ ...completion, points: gainedBy(model, completion) }) as Countable)
}

// With what each recording added to what completions bring: a cap may share that out otherwise afterwards.
function withAdded(setting: Setting, completions: readonly ModelCompletion[]): Countable[] {
  const { model } = both(setting)
  let before = 0
  return completions.map(completion => {
    modelRecord(model, [completion])
    const after = model.completions.reduce((sum, stored) => sum + gainedBy(model, stored), 0)
    const points = after - before
    before = after
    return { ...completion, points } as Countable
  })
}

function byTime(completions: readonly Countable[]): Countable[] {
  return [...completions].sort(compareInTime)
}

// Of badges, counting reads what the model has of them too.
function heldInTime(model: Model): Badge[] {
  const badges = badgesOf(model, 'ann').map(badge => ({ ...badge, expiresAt: endOf(badge) }))
  return badges.sort((a, b) => a.earnedAt.getTime() - b.earnedAt.getTime()) as unknown as Badge[]
}

function countedRows(
  catalog: CompiledCatalog,
  calendar: Calendar,
  completions: readonly Countable[],
): Map<string, Map<string, MetricRow>> {
  const counter = startCount(catalog, { badges: [], calendar, refused: new Set() })
  for (const completion of byTime(completions)) counter.add(completion)
  const rows = new Map<string, Map<string, MetricRow>>()
  for (const { metric, part, row } of counter.finish().rows) {
    rows.set(metric, (rows.get(metric) ?? new Map<string, MetricRow>()).set(part, row))
  }
  return rows
}
