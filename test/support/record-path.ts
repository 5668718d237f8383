import { allowCalls } from '../../src/service/record/one-call.js'

/** A way of recording: with single calls where they are enough, or by statements alone. */
export type RecordPath = 'calls' | 'statements'

/** Both ways of recording, for `describe.each`. */
export const bothPaths = ['calls', 'statements'] as const satisfies readonly RecordPath[]

/** Makes this process, and the workers it starts, record in one way. Returns what puts it back. */
export function takePath(path: RecordPath): () => void {
  const before = process.env.MILEPOST_TEST_PATH
  process.env.MILEPOST_TEST_PATH = path
  takePathOfRun()
  return () => {
    if (before === undefined) delete process.env.MILEPOST_TEST_PATH
    else process.env.MILEPOST_TEST_PATH = before
    takePathOfRun()
  }
}

/** Makes this process record as `MILEPOST_TEST_PATH` says: with calls where it says nothing. */
export function takePathOfRun(): void {
  allowCalls(process.env.MILEPOST_TEST_PATH !== 'statements')
}
