import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileCatalog, type MetricGoal } from '../../src/core/awards/compile.js'
import { stateOf } from '../../src/core/awards/decide.js'
import { compareInTime, step } from '../../src/core/awards/replay.js'
import { type MetricRow, wholePart } from '../../src/core/metrics/metric.js'
import { streakAt } from '../../src/core/metrics/streak-place.js'
import { calendarOf } from '../../src/core/time/calendar.js'
import { parseCatalog } from '../../src/index.js'
import { inAnyOrder } from '../support/counted.js'
import { scale } from '../support/scale.js'
import { completion, dayStart, moment, pause, zoneHistory } from './arbitraries/arbitraries.js'
import { streakMilestone } from './arbitraries/catalog-arbitraries.js'
import { writtenOut } from './reference-lists.js'
import { badgesOf, type Model, type ModelCompletion, newModel, worldOf } from './reference-model.js'
import { modelRecord } from './reference-record.js'
import { type StreakAsked, streakOf } from './reference-streaks.js'

const ofAnn = fc
  .array(completion, { minLength: 1, maxLength: 40, size: 'max' })
  .map(list => list.map((each, i) => ({ ...each, userId: 'ann', itemKey: `${i}` })))

const story = fc.record({
  milestone: streakMilestone,
  completions: ofAnn,
  zones: zoneHistory,
  pauses: fc.array(pause, { maxLength: 1 }),
  freezes: fc.array(moment, { maxLength: 3 }),
  dayStartsAt: dayStart,
})
type Story = typeof story extends fc.Arbitrary<infer Value> ? Value : never

// Completions are of items from 0 on.
const lists = new Map([
  ['course', Array.from({ length: 20 }, (_, i) => `${2 * i}`)],
  ['extras', ['0', '1', '2']],
])
const runs = { numRuns: scale(20, 40_000) }

// One milestone, as the library counts it and as the model does.
function both({ milestone, zones, pauses, freezes, dayStartsAt }: Story) {
  const definition = writtenOut({ milestones: [milestone], dayStartsAt }, lists)
  const model = newModel(definition)
  model.zones.set('ann', zones)
  model.pauses.push(...pauses.map(pause => ({ ...pause, userId: 'ann' })))
  model.freezes.push(...freezes.map((at, i) => ({ userId: 'ann', key: `${i}`, at })))
  const compiled = compileCatalog(parseCatalog(definition), text => text)
  const until = pauses.map(({ to, ...pause }) => ({ ...pause, until: to }))
  return { model, compiled, calendar: calendarOf(zones, until, { freezes, dayStartsAt }) }
}

type Counted = { readonly ids: string[]; readonly row: MetricRow | undefined; readonly inDoubt: boolean }

function counted(story: Story, completions: readonly ModelCompletion[]): Counted {
  const { compiled, calendar } = both(story)
  const state = stateOf({ calendar })
  let inDoubt = false
  const due = completions.flatMap(completion =>
    step(compiled, state, completion as never, (_, isKnown) => {
      inDoubt ||= !isKnown
    }),
  )
  const [rows] = state.rows.values()
  return { ids: due.map(({ milestone }) => milestone.id), row: rows?.get(wholePart), inDoubt }
}

function recorded({ completions, ...story }: Story): Model {
  const { model } = both({ completions, ...story })
  modelRecord(model, completions)
  return model
}

const idsIn = (model: Model): string[] => badgesOf(model, 'ann').map(({ id }) => id)

test('streaks in any order earn the badges of the model, if nothing is in doubt', () => {
  fc.assert(
    fc.property(
      story.chain(story => fc.tuple(fc.constant(story), inAnyOrder(fc.constant(story.completions)))),
      ([story, inOtherOrder]) => {
        const { ids, inDoubt } = counted(story, inOtherOrder)
        fc.pre(!inDoubt)
        expect(ids.sort()).toEqual(idsIn(recorded(story)).sort())
      },
    ),
    runs,
  )
})

test('streaks in order of time are never in doubt, and are at every moment where the model has them', () => {
  fc.assert(
    fc.property(story, moment, (story, moment) => {
      const { calendar, compiled } = both(story)
      const inTime = [...story.completions].sort((a, b) => compareInTime(a as never, b as never))
      const { ids, row, inDoubt } = counted(story, inTime)
      const model = recorded(story)
      expect([ids.sort(), inDoubt]).toEqual([idsIn(model).sort(), false])
      const past = [...inTime.map(({ completedAt }) => completedAt), ...story.freezes]
      const now = new Date(Math.max(...[moment, ...past].map(Number)))
      const { streak } = compiled.milestones[0]!.goal as MetricGoal
      const place = streakAt(streak!, row, { now, calendar })
      const asked = compiled.catalog.requirements[0] as StreakAsked
      const { endsAt, freezes: { usesAt, ...freezes } = { usesAt: null }, ...rest } = place
      const shown = { ...rest, ...(place.freezes && { freezes }) }
      const world = worldOf(model, 'ann', [])
      expect(shown).toEqual(streakOf(asked, world, now))
      expect(endsAt === null).toBe(place.current === 0)
      if (!endsAt || story.zones.some(({ since }) => since > now)) return
      expect(streakOf(asked, world, new Date(+endsAt - 1)).current).toBe(place.current)
      expect(streakOf(asked, world, endsAt).current).toBe(0)
      const held = place.freezes?.held ?? 0
      expect(usesAt === null).toBe(held === 0)
      if (usesAt) expect(streakOf(asked, world, usesAt).freezes).toMatchObject({ held: held - 1 })
    }),
    runs,
  )
})
