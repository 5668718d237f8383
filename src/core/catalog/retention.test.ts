import { expect, test } from 'vitest'
import { retentionLine } from './retention.js'

test.each([
  ['P30D', '2026-03-31T10:00:00Z', '2026-03-01T00:00:00.000Z'],
  ['P30D', '2026-03-30T23:59:59Z', '2026-02-01T00:00:00.000Z'],
  ['P730D', '2026-06-15T00:00:00Z', '2024-06-01T00:00:00.000Z'],
  ['P52W', '2025-01-01T00:00:00Z', '2024-01-01T00:00:00.000Z'],
])('a rule that keeps %s folds at %s what is from before %s', (keep, now, line) => {
  expect(retentionLine({ keep }, new Date(now)).toISOString()).toBe(line)
})
