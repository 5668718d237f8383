import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CatalogDefinition, createMilestoneService, parseCatalog } from '../../../src/index.js'
import { describeOnEach } from '../../support/databases.js'
import { scale } from '../../support/scale.js'

// Every metric of these the database can count by itself; what rests on them is of every kind.
const milestones = [
  { id: 'first', requirement: { type: 'count', category: 'lesson', target: 1 }, reward: { points: 10 } },
  { id: 'more', requirement: { type: 'count', category: 'lesson' }, tiers: [2, 4, 6], reward: { points: 5 } },
  { id: 'chosen', requirement: { type: 'count', category: 'lesson', items: ['0', '2'] }, reward: { points: 1 } },
  { id: 'both', requirement: { type: 'count', category: ['lesson', 'quiz'], target: 5 }, reward: { points: 20 } },
  {
    id: 'each',
    requirement: {
      type: 'all',
      of: [
        { type: 'count', category: 'lesson', target: 2 },
        { type: 'count', category: 'quiz', items: ['1'], target: 1 },
      ],
    },
  },
  { id: 'again', requirement: { type: 'count', category: 'quiz', target: 2 }, repeatable: { max: 3 } },
  { id: 'gated', requirement: { type: 'count', category: 'quiz', target: 1 }, after: ['first'], reward: { points: 3 } },
  { id: 'rich', requirement: { type: 'points', target: 30 }, reward: { points: 7 } },
  { id: 'holder', requirement: { type: 'milestones', ids: ['first', 'rich'] } },
]
const catalog = parseCatalog({ milestones: milestones.map(one => ({ title: one.id, ...one })) } as CatalogDefinition)

const history = fc.uniqueArray(
  fc.record({
    userId: fc.constantFrom('ann', 'bob', 'cyd'),
    category: fc.constantFrom('lesson', 'quiz', 'other'),
    itemKey: fc.constantFrom('0', '1', '2', '3', '4', '5'),
    day: fc.integer({ min: 1, max: 28 }),
    // Rows of the host that lie ahead of their storing do not count.
    storedAfterDays: fc.constantFrom(0, -1),
  }),
  { selector: ({ userId, category, itemKey }) => `${userId} ${category} ${itemKey}`, maxLength: 30 },
)
const on = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString()

describeOnEach(['pglite', 'pg'], 'counting in the database', database => {
  test('gives the same result as the histories, for any stored state', async () => {
    const service = createMilestoneService({
      db: database.host.db,
      catalog,
      whenUnapplied: 'warn',
      onWarning: () => {},
    })
    await fc.assert(
      fc.asyncProperty(history, history, async (stored, later) => {
        await database.clear()
        for (const rows of [stored, later]) {
          for (const { userId, category, itemKey, day, storedAfterDays } of rows) {
            await database.rows(sql`insert into milepost.user_progress
              (user_id, category, item_key, completed_at, recorded_at)
              values (${userId}, ${category}, ${itemKey}, ${on(day)}::timestamptz, ${on(day + storedAfterDays)}::timestamptz)
              on conflict do nothing`)
          }
          await service.rebuild()
          expect(await service.verify()).toEqual([])
        }
      }),
      { numRuns: scale(8, 1_000) },
    )
  })
})
