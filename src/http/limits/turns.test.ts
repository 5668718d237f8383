import { expect, test } from 'vitest'
import { problemOf } from '../problem/problem.js'
import { createTurns, type Turn, type TurnLimits } from './turns.js'

function line(limits: TurnLimits) {
  const turns = createTurns(limits)
  const begun: string[] = []
  const ends: (() => void)[] = []
  const ask = (caller: string, options: Partial<Turn> = {}): Promise<string> =>
    turns
      .take({ caller, atOnce: 2, ...options }, async () => {
        begun.push(caller)
        await new Promise<void>(resolve => ends.push(resolve))
      })
      .then(
        () => 'done',
        error => problemOf(error).code,
      )
  const endFirst = async (): Promise<void> => {
    ends.shift()!()
    await new Promise(setImmediate)
  }
  return { begun, ask, endFirst }
}

test('does so much at once, so much of one caller, and the rest in turns', async () => {
  const { begun, ask, endFirst } = line({ atOnce: 3 })
  const all = ['a', 'a', 'a', 'a', 'b', 'c', 'b'].map(caller => ask(caller))
  expect(begun).toEqual(['a', 'a', 'b'])
  await endFirst()
  expect(begun).toEqual(['a', 'a', 'b', 'a'])
  await endFirst()
  expect(begun).toEqual(['a', 'a', 'b', 'a', 'b'])
  for (let i = 0; i < 5; i++) await endFirst()
  expect(begun.slice(5)).toEqual(['c', 'a'])
  expect(await Promise.all(all)).toEqual(Array(7).fill('done'))
})

test('ends the wait of callers who timed out, left, or asked too often, and continues with the others', async () => {
  const { begun, ask, endFirst } = line({ atOnce: 1, patienceMs: 1, waitingPerCaller: 1, waitingInAll: 2 })
  const left = new AbortController()
  const first = ask('a')
  const waiting = [ask('a'), ask('b', { signal: left.signal })]
  expect(await ask('a')).toBe('RATE_LIMITED')
  expect(await ask('c')).toBe('CONNECTION_BUSY')
  left.abort()
  expect(await Promise.all(waiting)).toEqual(['CONNECTION_BUSY', 'CONNECTION_BUSY'])
  await endFirst()
  expect(await first).toBe('done')
  const again = ask('b')
  await endFirst()
  expect(await again).toBe('done')
  expect(begun).toEqual(['a', 'b'])
})
