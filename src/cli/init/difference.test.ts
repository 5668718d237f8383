import { expect, test } from 'vitest'
import { differenceLines } from './difference.js'

test('a new file is all new', () => {
  expect(differenceLines('', 'a\nb\n')).toEqual(['+ a', '+ b'])
})

test('what is the same shows only near a change', () => {
  const before = Array.from({ length: 20 }, (_, i) => `line ${i}`)
  const after = [...before.slice(0, 10), 'added', ...before.slice(10)]
  expect(differenceLines(before.join('\n'), after.join('\n'))).toEqual([
    '  …',
    '  line 7',
    '  line 8',
    '  line 9',
    '+ added',
    '  line 10',
    '  line 11',
    '  line 12',
    '  …',
  ])
})

test('a line that changes is gone first, and then new', () => {
  expect(differenceLines('a\nb\nc', 'a\nb,\nd\nc')).toEqual(['  a', '- b', '+ b,', '+ d', '  c'])
})

test('a line that goes is told', () => {
  expect(differenceLines('a\nb\nc', 'a\nc')).toEqual(['  a', '- b', '  c'])
})
