import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { provideChromium } from './chromium.mjs'
import { providePgbouncer } from './pgbouncer.mjs'
import { exitWith, runNode, ScriptError } from './run.mjs'
import { makeRunFolder } from './run-folder.mjs'

const args = process.argv.slice(2).filter(arg => arg !== '--long')
const isLong = process.argv.includes('--long')
const nothingRan = { passed: 0, failed: 1, skipped: 0 }

await exitWith(async () => {
  const { folder, remove } = makeRunFolder()
  try {
    return await test(folder)
  } finally {
    remove()
  }
})

/** Prints the tally as the very last line, also where the build or the runner itself fails: then that is the failure. */
async function test(folder) {
  const ended = (await isBuilt()) ? await runAll(folder) : [{ code: 1, ...nothingRan }]
  const sum = key => ended.reduce((total, each) => total + each[key], 0)
  const skipped = sum('skipped')
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return ended.find(({ code }) => code !== 0)?.code ?? 0
}

async function isBuilt() {
  try {
    await build()
    provideChromium()
    providePgbouncer()
    return true
  } catch (error) {
    console.error(error instanceof ScriptError ? error.message : error)
    return false
  }
}

/** Runs the tests, in the long run once for each way of recording and each library of a host. */
async function runAll(folder) {
  const runs = [{}]
  // Everything again without the calls that record several steps at once, except what does not record in a process of the tests.
  if (isLong) {
    const once = ['bundles', 'docs/programs', 'examples', 'init', 'site', 'reliability/planted'].map(
      path => `--exclude=test/${path}**`,
    )
    const flags = ['--passWithNoTests', '--typecheck.enabled=false', ...once]
    runs.push({ env: { MILEPOST_TEST_PATH: 'statements' }, filters: [...args, ...flags] })
  }
  // What the command line selects is in the runs above already.
  for (const library of isLong && args.length === 0 ? ['drizzle-1', 'none'] : []) {
    runs.push({ env: { MILEPOST_TEST_LIBRARY: library }, filters: ['test/service'] })
  }
  if (isLong && args.length === 0) runs.push({ env: { MILEPOST_TEST_PARTITIONS: '16' }, filters: ['test/service'] })
  const ended = []
  for (const [i, { env, filters = args }] of runs.entries()) {
    ended.push(await runOnce(filters, { ...env, TMPDIR: folder, MILEPOST_TEST_TALLY: join(folder, `tally-${i}.json`) }))
    // Ended by a signal, such as that of Ctrl-C.
    if (ended.at(-1).code > 128) break
  }
  return ended
}

async function runOnce(filters, env) {
  // Reporters named on the command line replace those of the configuration, so ours is named here, beside any other.
  const display = args.some(arg => arg.startsWith('--reporter')) ? [] : ['--reporter=default']
  const reporters = [...display, '--reporter=./test/support/tally-reporter.ts']
  const code = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...filters], {
    ...env,
    ...(isLong && { MILEPOST_TEST_LONG: '1' }),
  })
  const { passed, failed, skipped } = readTally(env.MILEPOST_TEST_TALLY)
  if (code !== 0) return { code, passed, failed: Math.max(failed, 1), skipped }
  return { code: failed > 0 ? 1 : 0, passed, failed, skipped }
}

function readTally(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return nothingRan
  }
}
