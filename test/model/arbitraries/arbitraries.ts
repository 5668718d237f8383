import fc from 'fast-check'
import type { ModelPause, ModelZone } from '../reference-calendar.js'
import { type ModelCompletion, type ModelInput, modelStart } from '../reference-model.js'

export const categories = ['tutorial', 'tutorial_step', 'quiz', 'workflow', 'action'] as const
const items = ['a', 'b', 'c', 'd', 'e', 'f'] as const
const amounts = [0, 0.1, 0.2, 0.3, 1, 2, 2.5, 3, 10, -1, '3', null]
const langs = ['ts', 'js', '𝒯', '\ue000', '1', 1, true, null]

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Pacific/Kiritimati',
] as const

// Around 2026-03-29, on which Berlin's clocks go forward at 01:00 UTC.
const firstDay = Date.UTC(2026, 2, 18)
const dayCount = 20
const dayMs = 86_400_000
const hourMs = 3_600_000

// In hours of UTC: the local midnights of all these zones, on both sides of changes of their clocks, and noon. More often
// those of UTC, so that much is at one instant, or whole days apart.
const hours = [0, 0, 0, 0, 1, 2.5, 4, 10, 11, 12, 12, 12, 18.25, 22, 23]

export const category = fc.constantFrom(...categories)
export const item = fc.constantFrom(...items)
export const listName = fc.constantFrom('course', 'course', 'extras')
export const user = fc.constantFrom('ann', 'ann', 'ann', 'bob')
export const zone = fc.constantFrom(...zones)

/** When days start: mostly at midnight, as the catalog says, else an hour at which something is completed. */
export const dayStart = fc.constantFrom('00:00', '02:30', '04:00', '11:00')

/** Instants at which a local day may begin, or just before, some days long. */
function instantIn(days: number): fc.Arbitrary<Date> {
  return fc
    .record({ day: fc.nat({ max: days - 1 }), hour: fc.constantFrom(...hours), shortBy: fc.constantFrom(0, 0, 0, 1) })
    .map(({ day, hour, shortBy }) => new Date(firstDay + day * dayMs + hour * hourMs - shortBy))
}

/** Completions of two users over few keys and days, so that repeats, ties, streaks and targets all happen. */
export const completion: fc.Arbitrary<ModelCompletion> = fc.record({
  userId: user,
  category,
  itemKey: item,
  metadata: fc.record(
    {
      n: fc.constantFrom(...amounts),
      quizScore: fc.constantFrom(50, 99, 100),
      lang: fc.constantFrom(...langs),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
  completedAt: instantIn(dayCount),
})

/** Completions of which some are completed when they are recorded. */
export const input: fc.Arbitrary<ModelInput> = fc.oneof(
  { weight: 3, arbitrary: completion },
  { weight: 1, arbitrary: completion.map(({ completedAt: _, ...now }) => now) },
)

/** One content a key: what a key means is settled by the key, so the order of arrival cannot matter. */
export const consistentCompletions: fc.Arbitrary<ModelCompletion[]> = fc
  .array(completion, { maxLength: 40, size: 'max' })
  .map(list => [...new Map(list.map(c => [`${c.userId} ${c.category} ${c.itemKey}`, c])).values()])

const zoneChanges: fc.Arbitrary<ModelZone[]> = fc
  .array(
    fc.record({
      zone,
      since: instantIn(dayCount),
      dayStartsAt: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: dayStart }),
    }),
    { maxLength: 3 },
  )
  .map(list => list.sort((a, b) => a.since.getTime() - b.since.getTime()))

// Over the date line, 25 hours ahead: between 10:00 and 11:00 of UTC a whole day is left out, else some of it is shown.
const flight: fc.Arbitrary<ModelZone[]> = fc
  .record({
    day: fc.integer({ min: 2, max: dayCount - 2 }),
    hour: fc.constantFrom(10, 11),
    aside: fc.constantFrom(-1, 0, 1),
  })
  .map(({ day, hour, aside }) => [
    { zone: 'Pacific/Pago_Pago', since: new Date(firstDay) },
    { zone: 'Pacific/Kiritimati', since: new Date(firstDay + day * dayMs + hour * hourMs + aside) },
  ])

/** Zones that one user's clock went by, in order, all set before the model's clock begins. */
export const zoneHistory: fc.Arbitrary<ModelZone[]> = fc.oneof(
  { weight: 4, arbitrary: zoneChanges },
  { weight: 1, arbitrary: flight },
)

/** Pauses of a moment to some days, or of local days, also such as end after the model's clock begins. */
export const pause: fc.Arbitrary<ModelPause> = fc
  .record({
    from: instantIn(Math.ceil((modelStart.getTime() - firstDay) / dayMs)),
    lengthMs: fc.constantFrom(1, hourMs, dayMs, 2.5 * dayMs, 6 * dayMs),
  })
  .chain(({ from, lengthMs }) => {
    const at = (ms: number): Date => new Date(Math.floor(ms / dayMs) * dayMs)
    return fc.constantFrom<ModelPause>(
      { from, to: new Date(from.getTime() + lengthMs) },
      { from: at(+from), to: at(+from + Math.max(lengthMs, dayMs)), inDays: true },
    )
  })

/** When freezes were given to one user, before the model's clock begins. */
export const freezes: fc.Arbitrary<Date[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Date[]>([]) },
  { weight: 1, arbitrary: fc.array(instantIn(dayCount), { maxLength: 3 }) },
)

/** An instant at which to look at progress, before, amid or after the completions. */
export const moment: fc.Arbitrary<Date> = instantIn(dayCount + 20)

/** How far the clock is moved: mostly on, by a moment or some days; sometimes back a little. */
export const clockStepMs: fc.Arbitrary<number> = fc.constantFrom(
  1,
  hourMs,
  7 * hourMs,
  dayMs,
  dayMs,
  2 * dayMs,
  3 * dayMs,
  9 * dayMs,
  -hourMs / 2,
  -5 * hourMs,
)
