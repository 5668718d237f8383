import { createMilestoneService, migrate } from 'milepost'
import { openPglite } from 'milepost/pglite'
import { expect, onTestFinished, test } from 'vitest'
import { catalog } from '../catalog.js'
import { simulate } from './simulate.js'

const plan = { seed: 5, learnerCount: 320, until: new Date('2026-11-24T12:00:00Z') }

test('the same plan gives the same learners and completions', () => {
  expect(simulate(plan)).toEqual(simulate(plan))
})

test('another seed gives others', () => {
  expect(simulate({ ...plan, seed: 6 }).learners).not.toEqual(simulate(plan).learners)
})

test('nothing is simulated to happen later than now, and no key twice', () => {
  const { completions } = simulate(plan)
  expect(completions.every(({ completedAt }) => completedAt < plan.until)).toBe(true)
  const keys = completions.map(({ userId, category, itemKey }) => JSON.stringify([userId, category, itemKey]))
  expect(new Set(keys).size).toBe(keys.length)
})

test('nobody simulated finishes the harder course before it was opened', async () => {
  const { db, close } = await openPglite()
  onTestFinished(close)
  await migrate(db)
  const service = createMilestoneService({ db, catalog })
  const { completions } = simulate({ ...plan, learnerCount: 60 })
  const columns = ['userId', 'category', 'itemKey', 'completedAt', 'metadata'] as const
  const mapping = Object.fromEntries(columns.map(name => [name, name])) as Record<(typeof columns)[number], string>
  const report = await service.importCompletions(completions, mapping)
  expect(report).toMatchObject({ completionCount: completions.length })
  for (const { userId } of completions.filter(({ itemKey }) => itemKey.startsWith('type-level/'))) {
    expect(await service.hasUnlock(userId, 'type-level-course')).toBe(true)
  }
  await service.close()
})
