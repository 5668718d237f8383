import { expect, test } from 'vitest'
import { dateText } from '../../src/react/written.js'

test('a day in a time zone that is not known here is written as in UTC', () => {
  const given = { locale: 'en', isExact: true }
  const written = dateText('2026-06-01T23:30:00.000Z', { ...given, timeZone: 'Moon/Tycho' })
  expect(written).toBe(dateText('2026-06-01T23:30:00.000Z', { ...given, timeZone: 'UTC' }))
  expect(written).toContain('June 1, 2026')
})
