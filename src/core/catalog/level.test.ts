import { expect, test } from 'vitest'
import { levelAt, pointsOfLevel } from './level.js'

test.each([
  [0, 1, 0, 100],
  [99, 1, 0, 100],
  [100, 2, 100, 200],
  [101, 2, 100, 200],
  [1_234, 13, 1_200, 1_300],
])('%i points at every 100 are level %i from %i, the next from %i', (points, level, levelPoints, nextLevelPoints) => {
  expect(levelAt({ every: 100 }, points)).toEqual({ level, levelPoints, nextLevelPoints, levelName: null })
})

test.each([
  [0, 1, 'Seed', 0, 100],
  [100, 2, 'Sprout', 100, 250],
  [249, 2, 'Sprout', 100, 250],
  [250, 3, 'Tree', 250, null],
  [9_999, 3, 'Tree', 250, null],
])('%i points by thresholds are level %i, %s', (points, level, levelName, levelPoints, nextLevelPoints) => {
  const rule = { thresholds: [100, 250], names: ['Seed', 'Sprout', 'Tree'] }
  expect(levelAt(rule, points)).toEqual({ level, levelName, levelPoints, nextLevelPoints })
})

test('a level is kept if the rule says so, and rises from the highest points', () => {
  expect(levelAt({ every: 100 }, 90, 450).level).toBe(1)
  expect(levelAt({ every: 100, keep: true }, 90, 450)).toMatchObject({
    level: 5,
    levelPoints: 400,
    nextLevelPoints: 500,
  })
  expect(levelAt({ every: 100, keep: true }, 500, 450).level).toBe(6)
  expect(levelAt({ thresholds: [100], keep: true }, 90).level).toBe(1)
})

test('a level that does not exist has no points', () => {
  expect(pointsOfLevel({ thresholds: [100] }, 2)).toBe(100)
  expect(pointsOfLevel({ thresholds: [100] }, 3)).toBeNull()
})
