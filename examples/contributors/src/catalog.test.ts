import type { Requirement } from 'milepost'
import { expect, test } from 'vitest'
import { catalog, levelNames } from './catalog.js'
import { widthOf } from './columns.js'

// A type that Milepost gains is missing here until it is added, and then the catalog must use it.
const everyType: Record<Requirement['type'], true> = {
  tutorials_completed: true,
  steps_completed: true,
  quiz_perfect: true,
  workflows_completed: true,
  actions_completed: true,
  count: true,
  total: true,
  best: true,
  lowest: true,
  streak: true,
  points: true,
  level: true,
  milestones: true,
  all: true,
  any: true,
  some: true,
}

const requirements = catalog.milestones.map(({ requirement }) => requirement)

test('the catalog uses every type of requirement for a milestone of its own', () => {
  expect(new Set(requirements.map(({ type }) => type))).toEqual(new Set(Object.keys(everyType)))
})

test.each(['count', 'tutorialIds', 'workflowIds', 'minScore', 'items', 'where', 'target', 'ids'])(
  'a requirement uses %s',
  property => {
    expect(requirements.some(requirement => property in requirement)).toBe(true)
  },
)

test('there are at least 15 milestones, each with an icon two columns wide, a description and points', () => {
  expect(catalog.milestones.length).toBeGreaterThanOrEqual(15)
  for (const { id, icon, description, reward } of catalog.milestones) {
    expect([id, widthOf(icon!), description.length <= 77, reward.points > 0]).toEqual([id, 2, true, true])
    expect(description).not.toBe('')
  }
})

test('every rarity occurs', () => {
  expect(new Set(catalog.milestones.map(({ rarity }) => rarity))).toEqual(
    new Set(['common', 'rare', 'epic', 'legendary']),
  )
})

test('every level has a name, and the highest can be reached', () => {
  const thresholds = 'thresholds' in catalog.levels ? catalog.levels.thresholds : []
  const points = catalog.milestones.reduce((sum, { reward }) => sum + reward.points, 0)
  expect(levelNames).toHaveLength(thresholds.length + 1)
  expect(points).toBeGreaterThanOrEqual(thresholds.at(-1)!)
})
