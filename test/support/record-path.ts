import { allowCalls } from '../../src/service/record/one-call.js'

/** A way of recording: with single calls where they are enough, or by statements alone. */
export type RecordPath = 'calls' | 'statements'

/** Both ways of recording, for `describe.each`. */
export const bothPaths = ['calls', 'statements'] as const satisfies readonly RecordPath[]

/** Holds the way that `MILEPOST_TEST_PATH` names for the whole run, if any. */
export const pathOfRun = process.env.MILEPOST_TEST_PATH as RecordPath | undefined

/** Makes this process record in one way; without an argument, in the way of the run. */
export function takePath(path: RecordPath = pathOfRun ?? 'calls'): void {
  allowCalls(() => path === 'calls')
}

/** Makes this process record in both ways by turns, a call in one and the next in the other, unless the run names one. */
export function takePathsByTurns(): void {
  let count = 0
  allowCalls(() => (pathOfRun ? pathOfRun === 'calls' : count++ % 2 === 0))
}

/** Makes a process among several record in one of both ways, by its number, unless the run names one. */
export function takePathOfProcess(processIndex: number): void {
  takePath(pathOfRun ?? bothPaths[processIndex % 2]!)
}
