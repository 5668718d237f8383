import { expect, test } from 'vitest'
import { idempotencyKeyOf } from './idempotency.js'
import { sealed, unsealed } from './idempotency-cipher.js'

test.each([
  ['abc', 'abc'],
  ['"abc"', 'abc'],
  ['"a\\"b\\\\"', 'a"b\\'],
  ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
  ['a'.repeat(255), 'a'.repeat(255)],
])('the header %s is the key %s', (header, key) => {
  expect(idempotencyKeyOf(new Headers({ 'idempotency-key': header }))).toBe(key)
})

test.each(['', '""', 'a b', '"a b"', 'a'.repeat(256), 'é', 'a, b'])('the header "%.10s" is none', header => {
  expect(idempotencyKeyOf(new Headers({ 'idempotency-key': header }))).toBeUndefined()
})

test('without a header there is no key', () => {
  expect(idempotencyKeyOf(new Headers())).toBeNull()
})

test('what is sealed opens by its own key and place alone, and says nothing to anybody else', () => {
  const text = '{"secret":"mp_live_x"} 🎯'
  const stored = sealed(text, 'key', 'place')
  expect(unsealed(stored, 'key', 'place')).toBe(text)
  expect(Buffer.from(stored, 'base64').toString('latin1')).not.toContain('mp_live')
  expect(sealed(text, 'key', 'place')).not.toBe(stored)
  expect(() => unsealed(stored, 'other', 'place')).toThrow()
  expect(() => unsealed(stored, 'key', 'elsewhere')).toThrow()
  const bytes = Buffer.from(stored, 'base64')
  bytes[bytes.length - 1]! ^= 1
  expect(() => unsealed(bytes.toString('base64'), 'key', 'place')).toThrow()
})
