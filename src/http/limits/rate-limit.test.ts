import { expect, test } from 'vitest'
import { createRateLimiter } from './rate-limit.js'

function limiterAt(perSecond: number, burst: number) {
  let nowMs = 0
  const take = createRateLimiter({ perSecond, burst }, () => nowMs)
  return { take, pass: (ms: number) => (nowMs += ms) }
}

test('lets a burst through, then as many as come back in time', () => {
  const { take, pass } = limiterAt(2, 3)
  expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 1])
  pass(500)
  expect([take('a'), take('a')]).toEqual([0, 1])
  pass(60_000)
  expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 1])
})

test('says for how long a slow bucket stays empty, and refusals do not lengthen it', () => {
  const { take, pass } = limiterAt(0.1, 1)
  expect([take('a'), take('a'), take('a')]).toEqual([0, 10, 10])
  pass(9_500)
  expect(take('a')).toBe(1)
  pass(500)
  expect(take('a')).toBe(0)
})

test('counts each caller separately', () => {
  const { take } = limiterAt(1, 1)
  expect([take('a'), take('b'), take('a'), take('b')]).toEqual([0, 0, 1, 1])
})

test('remembers a bounded number of callers, and forgets the one that was quiet longest', () => {
  const { take } = limiterAt(0.001, 1)
  take('quiet')
  for (let i = 0; i < 9_999; i++) take(`caller ${i}`)
  expect(take('quiet')).toBeGreaterThan(0)
  take('one more')
  expect(take('quiet')).toBeGreaterThan(0)
  expect(take('caller 0')).toBe(0)
})
