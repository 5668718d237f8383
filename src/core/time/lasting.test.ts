import { expect, test } from 'vitest'
import { endOfLasting, parseLasting } from './lasting.js'

test.each([
  ['P1Y', '2025-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
  ['P1Y', '2024-02-29T23:59:59.999Z', '2025-02-28T23:59:59.999Z'],
  ['P4Y', '2024-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['P1M', '2026-01-31T08:00:00Z', '2026-02-28T08:00:00.000Z'],
  ['P1M1D', '2026-01-31T08:00:00Z', '2026-03-01T08:00:00.000Z'],
  ['P13M', '2026-12-15T00:00:00Z', '2028-01-15T00:00:00.000Z'],
  ['P1Y6M', '2026-08-31T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['P2W', '2026-03-20T00:00:00Z', '2026-04-03T00:00:00.000Z'],
  ['PT36H', '2026-03-28T12:00:00Z', '2026-03-30T00:00:00.000Z'],
  ['PT5M', '2026-03-28T12:00:00Z', '2026-03-28T12:05:00.000Z'],
  ['P1Y', '0050-01-31T00:00:00Z', '0051-01-31T00:00:00.000Z'],
])('what lasts %s from %s ends at %s', (lasting, from, end) => {
  expect(endOfLasting(lasting, new Date(from))?.toISOString()).toBe(end)
})

test.each(['', 'P', 'PT', 'P0D', 'P0Y', '1Y', 'P1D1Y', 'P1M1Y', 'P1.5Y', 'P-1Y', 'P1Y ', 'P101Y', 'P1201M', 'p1y'])(
  '%j is not how long something lasts',
  text => {
    expect(parseLasting(text)).toBeUndefined()
    expect(endOfLasting(text, new Date())).toBeNull()
  },
)
