import { expect, test } from 'vitest'
import { progressLine } from './progress-line.js'

const screen = { width: 80, isLive: true, paint: (_: string, text: string) => text }

test('shows progress, rate and remaining time, and the rate counts only this run', () => {
  const written: string[] = []
  let ms = 0
  const line = progressLine({ screen, noun: 'user', write: text => written.push(text), nowMs: () => ms })
  line.show(5_000, 10_000)
  ms = 50
  line.show(5_100, 10_000)
  ms = 1_000
  line.show(6_000, 10_000)
  line.clear()
  expect(written).toHaveLength(3)
  expect(written[0]).toMatch(/█+░+ 5,000 of 10,000 users$/)
  expect(written[1]).toMatch(/ 6,000 of 10,000 users, 1,000 a second, 4 s left$/)
  expect(written[2]).toBe('\r\u001b[2K')
})

test('without a total there is no bar, and without a terminal nothing', () => {
  const written: string[] = []
  const options = { screen, noun: 'user', write: (text: string) => written.push(text), nowMs: () => 0 }
  progressLine(options).show(7, null)
  progressLine({ ...options, screen: { ...screen, isLive: false } }).show(8, 9)
  expect(written).toEqual(['\r\u001b[2K7 users'])
})
