import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node'

type Tally = { passed: number; failed: number; skipped: number }

/**
 * Writes how many tests passed, failed and were skipped to the file named by `MILEPOST_TEST_TALLY`, for the closing line
 * of `npm test`. A file that does not load, a hook that fails and an error outside every test count as failures.
 */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): void {
    const path = process.env.MILEPOST_TEST_TALLY
    if (path) writeFileSync(path, JSON.stringify(tally(modules, errors, reason)))
  }
}

function tally(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): Tally {
  const total: Tally = { passed: 0, failed: errors.length, skipped: 0 }
  for (const module of modules) {
    total.failed += module.errors().length
    for (const suite of module.children.allSuites()) total.failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      total[state === 'pending' ? 'failed' : state] += 1
    }
  }
  if (reason !== 'passed' && total.failed === 0) total.failed = 1
  return total
}
