import { expect, test } from 'vitest'
import { rarityFromPoints } from './rarity.js'

test.each([
  [0, 'common'],
  [29, 'common'],
  [30, 'rare'],
  [49, 'rare'],
  [50, 'epic'],
  [99, 'epic'],
  [100, 'legendary'],
])('%i points are %s', (points, rarity) => {
  expect(rarityFromPoints(points)).toBe(rarity)
})
