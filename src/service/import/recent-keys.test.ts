import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scale } from '../../../test/support/scale.js'
import { rememberingKeys } from './recent-keys.js'

test('keys are new once, as long as they are among the latest', () => {
  const keys = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 })
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 14 }), (given, limit) => {
      const add = rememberingKeys(limit)
      const latest: number[] = []
      for (const key of given) {
        expect(add(`key ${key}`)).toBe(!latest.includes(key))
        if (latest.includes(key)) continue
        latest.push(key)
        if (latest.length > limit) latest.shift()
      }
    }),
    { numRuns: scale(200, 20_000) },
  )
})

test('many keys are remembered while there is room for them', () => {
  const add = rememberingKeys(5_000)
  const keys = Array.from({ length: 5_000 }, (_, i) => `key ${i}`)
  expect(keys.every(add)).toBe(true)
  expect(keys.some(add)).toBe(false)
  expect(add('one more')).toBe(true)
  expect([add('key 1'), add('key 0')]).toEqual([false, true])
})
