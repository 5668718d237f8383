import { allowCalls } from '../../src/service/record/one-call.js'

/** A way of recording: with single calls where they are enough, or by statements alone. */
export type RecordPath = 'calls' | 'statements'

/** Both ways of recording, for `describe.each`. */
export const bothPaths = ['calls', 'statements'] as const satisfies readonly RecordPath[]

/** The way that `MILEPOST_TEST_PATH` names for the whole run, if any. */
const named = process.env.MILEPOST_TEST_PATH as RecordPath | undefined

/** Makes this process record in one way; without an argument, in the way of the run. */
export function takePath(path: RecordPath = named ?? 'calls'): void {
  allowCalls(path === 'calls')
}

/** Makes a process among several record in one of both ways, by its number, unless the run names one. */
export function takePathOfProcess(processIndex: number): void {
  takePath(named ?? bothPaths[processIndex % 2]!)
}
