import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addDecimals,
  compareDecimals,
  decimalFromNumber,
  decimalToNumber,
  formatDecimal,
  parseDecimal,
} from './decimal.js'

const amount = fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 })

test('adds a tenth ten times to exactly one', () => {
  const tenth = decimalFromNumber(0.1)
  expect(Array.from({ length: 10 }, () => tenth).reduce(addDecimals, 0)).toBe(1)
})

test('adds beyond 2^53 without losing the last digit', () => {
  const sum = addDecimals(decimalFromNumber(Number.MAX_SAFE_INTEGER), 2)
  expect(formatDecimal(sum)).toBe('9007199254740993')
})

test('gives the same sum in any order', () => {
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 12 }), amounts => {
      const forward = amounts.map(decimalFromNumber).reduce(addDecimals, 0)
      const backward = amounts.map(decimalFromNumber).reverse().reduce(addDecimals, 0)
      expect(forward).toEqual(backward)
    }),
    { numRuns: 1_000 },
  )
})

test('writes a text that reads back as the same number, never with an exponent', () => {
  fc.assert(
    fc.property(amount, number => {
      const text = formatDecimal(decimalFromNumber(number))
      expect(text).not.toMatch(/e/i)
      expect(parseDecimal(text)).toEqual(decimalFromNumber(number))
      expect(decimalToNumber(parseDecimal(text))).toBe(number)
    }),
    { numRuns: 1_000 },
  )
})

test('orders as numbers are ordered', () => {
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      expect(Math.sign(compareDecimals(decimalFromNumber(a), decimalFromNumber(b)))).toBe(
        Math.sign(a === b ? 0 : a - b),
      )
    }),
    { numRuns: 1_000 },
  )
})

test('has one form per value', () => {
  expect(parseDecimal('1.50')).toEqual(parseDecimal('1.5'))
  expect(parseDecimal('2.00')).toBe(2)
  expect(parseDecimal('1e3')).toBe(1000)
  expect(decimalFromNumber(-0)).toBe(0)
})

test('refuses what is not a number', () => {
  for (const text of ['', 'NaN', 'Infinity', '1,5', '0x10']) expect(() => parseDecimal(text)).toThrow(TypeError)
})
