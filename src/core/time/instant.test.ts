import { expect, test } from 'vitest'
import { parseInstant } from './instant.js'

test.each([
  ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
  ['2026-03-01 10:00:00.123456+00', '2026-03-01T10:00:00.123Z'],
  ['2026-03-01 10:00:00+0530', '2026-03-01T04:30:00.000Z'],
  ['2026-03-01T10:00:00.5-03:00', '2026-03-01T13:00:00.500Z'],
  ['2026-03-01 10:00', '2026-03-01T10:00:00.000Z'],
  ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  [1_772_359_200_000, '2026-03-01T10:00:00.000Z'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
])('reads %s', (value, instant) => {
  expect(parseInstant(value)?.toISOString()).toBe(instant)
})

test.each([
  '',
  'yesterday',
  '2026-02-30',
  '2026-13-01',
  '01/03/2026',
  '2026-03-01 25:00',
  'infinity',
  Number.NaN,
  null,
  {},
])('does not accept %s', value => {
  expect(parseInstant(value)).toBeUndefined()
})
