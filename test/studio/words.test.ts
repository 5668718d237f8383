import { expect, test } from 'vitest'
import { bytes, counted, duration, ofTarget, percent, timeTaken } from '../../studio/src/words.js'

test('a share below one per cent is not shown as none', () => {
  expect([percent(null), percent(0), percent(0.004), percent(0.125), percent(1)]).toEqual([
    '–',
    '0 %',
    '< 1 %',
    '13 %',
    '100 %',
  ])
})

test('a length of time is written in its largest unit', () => {
  const second = 1000
  expect([null, 12, 1500, 90 * second, 26 * 3600 * second, 40 * 86_400 * second].map(duration)).toEqual([
    '–',
    '12 ms',
    '2 seconds',
    '2 minutes',
    '1 day',
    '1 month',
  ])
})

test('a badge earned with the first completion took no time', () => {
  expect([timeTaken(null), timeTaken(0), timeTaken(86_400_000)]).toEqual(['–', 'at once', '1 day'])
})

test('numbers have their noun and their separators', () => {
  expect([counted(1, 'user'), counted(1200, 'user'), counted(2, 'user was', 'users were')]).toEqual([
    '1 user',
    `${(1200).toLocaleString()} users`,
    '2 users were',
  ])
  expect([bytes(0), bytes(2048), bytes(9_345_000)]).toEqual(['0 B', '2.0 KB', '8.9 MB'])
})

test('writes a value and its target', () => {
  expect(ofTarget({ current: 7, target: 1_000, ratio: 0.007 })).toBe('7 of 1,000')
  expect(ofTarget({ current: 12, target: 10, ratio: 1 })).toBe('12 of 10')
})

test('does not write a value that has to fall as a part of its target', () => {
  expect(ofTarget({ current: 75, target: 60, ratio: 0.8 })).toBe('75, target 60')
})
