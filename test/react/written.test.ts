import { expect, test } from 'vitest'
import { dateText, relativeText } from '../../src/react/written.js'

test('a day in a time zone that is not known here is written as in UTC', () => {
  const at = new Date('2026-06-01T23:30:00.000Z')
  const given = { locale: 'en', isExact: true }
  const written = dateText(at, { ...given, timeZone: 'Moon/Tycho' })
  expect(written).toBe(dateText(at, { ...given, timeZone: 'UTC' }))
  expect(written).toContain('June 1, 2026')
})

test.each([
  ['this minute', 59],
  ['1 hour ago', 3_600],
  ['29 days ago', 29 * 86_400],
  ['30 days ago', 30 * 86_400],
  ['last month', 31 * 86_400],
  ['last year', 366 * 86_400],
])('says %s', (text, seconds) => {
  expect(relativeText(new Date(0), seconds * 1000, 'en')).toBe(text)
})
