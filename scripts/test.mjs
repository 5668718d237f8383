import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.mjs'
import { provideChromium } from './chromium.mjs'
import { providePgbouncer } from './pgbouncer.mjs'
import { exitWith, runNode, ScriptError } from './run.mjs'

const args = process.argv.slice(2).filter(arg => arg !== '--long')
const isLong = process.argv.includes('--long')

await exitWith(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'milepost-test-'))
  try {
    return await test(join(folder, 'tally.json'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/** Prints the tally as the very last line, also where the build or the runner itself fails: then that is the failure. */
async function test(tallyPath) {
  const code = await buildAndRun(tallyPath)
  const { passed, failed, skipped } = readTally(tallyPath)
  const failures = code === 0 ? failed : Math.max(failed, 1)
  console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failures > 0 && code === 0 ? 1 : code
}

async function buildAndRun(tallyPath) {
  try {
    await build()
    provideChromium()
    providePgbouncer()
  } catch (error) {
    console.error(error instanceof ScriptError ? error.message : error)
    return 1
  }
  // Reporters named on the command line replace those of the configuration, so ours is named here, beside any other.
  const display = args.some(arg => arg.startsWith('--reporter')) ? [] : ['--reporter=default']
  const reporters = [...display, '--reporter=./test/support/tally-reporter.ts']
  const run = path =>
    runNode(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], {
      MILEPOST_TEST_TALLY: tallyPath,
      ...(isLong && { MILEPOST_TEST_LONG: '1' }),
      ...(path && { MILEPOST_TEST_PATH: path }),
    })
  // The long run repeats everything without the calls that record several steps at once.
  return (await run()) || (isLong ? run('statements') : 0)
}

function readTally(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
