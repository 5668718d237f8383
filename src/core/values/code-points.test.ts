import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareCodePoints, utf8Length } from './code-points.js'

const text = fc.string({ unit: 'binary', maxLength: 12 })

test('orders strings as their UTF-8 bytes are ordered', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
    { numRuns: 2_000 },
  )
})

test('puts a character beyond U+FFFF after U+E000, where UTF-16 order does not', () => {
  expect('𝒯' < '\ue000').toBe(true)
  expect(compareCodePoints('𝒯', '\ue000')).toBeGreaterThan(0)
})

test('counts bytes as an encoder does', () => {
  fc.assert(
    fc.property(text, value => {
      expect(utf8Length(value)).toBe(Buffer.byteLength(value))
    }),
    { numRuns: 2_000 },
  )
})
