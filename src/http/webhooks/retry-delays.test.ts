import { expect, test } from 'vitest'
import { backoffMs, readRetryAfterMs, standardScheduleMs } from './retry-delays.js'

const after = (failureCount: number, random = 0, retryAfterMs: number | null = null): number | null =>
  backoffMs({ failureCount, scheduleMs: standardScheduleMs, random: () => random, retryAfterMs })

test('waits as Standard Webhooks advises, and gives up after ten tries', () => {
  expect([1, 2, 3, 9, 10].map(failureCount => after(failureCount))).toEqual([
    5_000,
    300_000,
    1_800_000,
    86_400_000,
    null,
  ])
})

test('waits up to a fifth longer by chance', () => {
  expect(after(1, 0.5)).toBe(5_500)
  expect(after(1, 0.999_999)).toBeLessThan(6_000)
})

test('waits as long as the receiver asks, for a day at the most, and never shorter than planned', () => {
  expect(after(1, 0, 60_000)).toBe(60_000)
  expect(after(1, 0, 1_000)).toBe(5_000)
  expect(after(1, 0, 1e12)).toBe(86_400_000)
  expect(after(10, 0, 60_000)).toBeNull()
})

test.each([
  ['120', 120_000],
  ['0', 0],
  ['Mon, 01 Jun 2026 12:01:00 GMT', 60_000],
  ['Mon, 01 Jun 2026 11:00:00 GMT', 0],
  ['soon', null],
  ['-1', null],
  ['1.5', null],
  ['99999999999', null],
  [undefined, null],
])('reads Retry-After %j', (value, ms) => {
  expect(readRetryAfterMs(value, new Date('2026-06-01T12:00:00Z'))).toBe(ms)
})
