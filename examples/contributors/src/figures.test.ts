import { expect, test } from 'vitest'
import { counted, day, duration, figure, percentage } from './figures.js'

test('numbers have separators, and a noun that agrees', () => {
  expect([figure(0), figure(2.55), figure(1234567)]).toEqual(['0', '2.6', '1,234,567'])
  expect([counted(1, 'commit'), counted(1000, 'commit'), counted(2, 'person', 'people')]).toEqual([
    '1 commit',
    '1,000 commits',
    '2 people',
  ])
})

test('a share is nothing only where it is nothing, and all only where it is all', () => {
  const shares = [0, 1, 5, 10, 500, 999, 1000].map(part => percentage(part, 1000))
  expect(shares).toEqual(['0 %', '<1 %', '<1 %', '1 %', '50 %', '99 %', '100 %'])
  expect(percentage(0, 0)).toBe('0 %')
})

test('a day is written out in UTC', () => {
  expect(day(new Date('2002-02-04T23:59:59Z'))).toBe('4 Feb 2002')
})

test('a duration is as exact as it matters', () => {
  expect([40, 9940, 9960, 59_400, 59_600, 200_000].map(duration)).toEqual([
    '0.0 s',
    '9.9 s',
    '10 s',
    '59 s',
    '1 min 0 s',
    '3 min 20 s',
  ])
})
