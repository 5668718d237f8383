import { expect, test } from 'vitest'
import { dateText } from '../../src/react/written.js'

test('a day in a time zone that is not known here is written as in UTC', () => {
  const at = new Date('2026-06-01T23:30:00.000Z')
  const given = { locale: 'en', isExact: true }
  const written = dateText(at, { ...given, timeZone: 'Moon/Tycho' })
  expect(written).toBe(dateText(at, { ...given, timeZone: 'UTC' }))
  expect(written).toContain('June 1, 2026')
})
