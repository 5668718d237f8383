import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut, left, right, widthOf } from './columns.js'

test('text is filled up to its columns on either side', () => {
  expect(left('Ada', 5)).toBe('Ada  ')
  expect(right('42', 5)).toBe('   42')
})

test('an emoji and a wide character take two columns', () => {
  expect(left('🌱', 4)).toBe('🌱  ')
  expect(left('山田', 6)).toBe('山田  ')
  expect(right('👩‍🚀', 4)).toBe('  👩‍🚀')
})

test('what is too long is cut between characters', () => {
  expect(cut('Ada Lovelace', 8)).toBe('Ada Lov…')
  expect(cut('Ada Lovelace', 5)).toBe('Ada…')
  expect(left('山田太郎', 6)).toBe('山田… ')
})

test('any text comes out exactly as wide as asked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      expect([widthOf(left(text, width)), widthOf(right(text, width))]).toEqual([width, width])
    }),
  )
})
