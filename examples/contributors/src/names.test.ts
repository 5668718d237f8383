import { expect, test } from 'vitest'
import { findPeople, nameOf } from './names.js'

const names = new Map([
  ['a1', 'Ada Lovelace'],
  ['b2', 'Bob'],
  ['b3', 'Bobby'],
  ['b4', 'bob'],
])

test('people are found by a part of their name, in any case', () => {
  expect(findPeople(names, 'LOVE')).toEqual(['a1'])
  expect(findPeople(names, 'bobb')).toEqual(['b3'])
  expect(findPeople(names, 'nobody')).toEqual([])
})

test('a whole name finds those who bear it and no others', () => {
  expect(findPeople(names, 'bob')).toEqual(['b2', 'b4'])
})

test('who is no longer in the log goes by their id', () => {
  expect(nameOf(names, 'a1')).toBe('Ada Lovelace')
  expect(nameOf(names, '0123456789abcdef')).toBe('#01234567')
})
