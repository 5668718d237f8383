import { expect, test } from 'vitest'
import { eraseLine, progressLine, progressText } from './progress-line.js'
import { screenOf } from './screen.js'

function shown(isTTY: boolean, steps: readonly (readonly [atMs: number, doneCount: number])[]): readonly string[] {
  const written: string[] = []
  let clock = 0
  const screen = screenOf({ isTTY }, { NO_COLOR: '1' })
  const line = progressLine({ screen, totalCount: 2000, write: text => written.push(text), nowMs: () => clock })
  for (const [atMs, doneCount] of steps) {
    clock = atMs
    line.show(doneCount)
  }
  line.clear()
  return written
}

test('progress says how far, how fast and how long still', () => {
  const progress = { doneCount: 500, totalCount: 2000, elapsedMs: 1000 }
  expect(progressText(progress)).toBe('500 of 2,000 commits, 500 a second, 3.0 s left')
  expect(progressText({ ...progress, elapsedMs: 0 })).toBe('500 of 2,000 commits')
})

test('on a terminal one line is written over and taken away', () => {
  const written = shown(true, [[1000, 500]])
  const line = written[0]!.slice(eraseLine.length)
  expect(line).toMatch(/^█+░+ 500 of 2,000 commits, 500 a second, 3\.0 s left$/)
  expect(line.length).toBeLessThanOrEqual(80)
  expect(written).toEqual([`${eraseLine}${line}`, eraseLine])
})

test('elsewhere a plain line comes every few seconds, and none at the end', () => {
  const steps = [
    [100, 10],
    [3000, 500],
    [3100, 510],
    [6000, 1000],
    [9000, 2000],
  ] as const
  expect(shown(false, steps)).toEqual([
    '500 of 2,000 commits, 167 a second, 9.0 s left\n',
    '1,000 of 2,000 commits, 167 a second, 6.0 s left\n',
  ])
})
