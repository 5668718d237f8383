import { expect, test } from 'vitest'
import { parseDuration } from './duration.js'
import { dayMs } from './period.js'

test.each([
  ['P7D', 7 * dayMs],
  ['P1W', 7 * dayMs],
  ['P1W2D', 9 * dayMs],
  ['PT12H', dayMs / 2],
  ['PT90M', 5_400_000],
  ['PT1S', 1_000],
  ['P1DT2H3M4S', dayMs + 7_384_000],
  ['P0DT1M', 60_000],
  ['PT36H', 1.5 * dayMs],
  ['P007D', 7 * dayMs],
])('%s lasts %d milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['P1M', 'P1Y', 'P1Y2M3D', 'P1M1D'])('%s has no fixed length', text => {
  expect(parseDuration(text)).toBeUndefined()
})

test.each([
  '',
  'P',
  'PT',
  'P1DT',
  '7D',
  'p7d',
  'P7',
  'P-7D',
  '-P7D',
  'PT1.5H',
  'P1H',
  'PT1D',
  'P1D1W',
  ' P7D',
  'P7D\n',
])('%j is not a duration', text => {
  expect(parseDuration(text)).toBeUndefined()
})

test.each(['P0D', 'PT0S', 'P0W'])('%s is too short to be one', text => {
  expect(parseDuration(text)).toBeUndefined()
})

test('a century is the longest', () => {
  expect(parseDuration('P36525D')).toBe(36_525 * dayMs)
  expect(parseDuration('P36525DT1S')).toBeUndefined()
  expect(parseDuration(`P${'9'.repeat(400)}D`)).toBeUndefined()
})
