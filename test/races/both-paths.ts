import { afterAll, beforeAll, describe } from 'vitest'
import { bothPaths, pathOfRun, takePath, takePathsByTurns } from '../support/record-path.js'

/** Describes the same behaviour once for each way of recording, or for the one that the run names. */
export function describeOnEachPath(fn: () => void): void {
  describe.each(pathOfRun ? [pathOfRun] : bothPaths)('recording by %s', path => {
    beforeAll(() => takePath(path))
    afterAll(() => takePath())
    fn()
  })
}

/** Makes a file record in both ways by turns: for races in which many calls meet in any order. */
export function recordByTurns(): void {
  beforeAll(takePathsByTurns)
  afterAll(() => takePath())
}
