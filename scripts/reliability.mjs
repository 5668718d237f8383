import { parseArgs } from 'node:util'
import { build } from './build.mjs'
import { exitWith, runNode, ScriptError } from './run.mjs'

await exitWith(async () => {
  const share = readShare(process.argv.slice(2))
  await build()
  const { batteries } = await import('tsx/esm/api').then(({ tsImport }) =>
    tsImport('../test/reliability/batteries.ts', import.meta.url),
  )
  const files = [...new Set(Object.values(batteries).flatMap(({ files }) => files))]
  const reporters = ['--reporter=default', '--reporter=./test/reliability/page-reporter.ts']
  return runNode(['node_modules/vitest/vitest.mjs', 'run', '--typecheck.enabled=false', ...reporters, ...files], {
    MILEPOST_TEST_LONG: '1',
    MILEPOST_TEST_SHARE: String(share),
  })
})

/** Reads `--share`: which part of the full numbers to do. */
function readShare(args) {
  const { values } = parseArgs({ args, options: { share: { type: 'string', default: '1' } } })
  const share = Number(values.share)
  if (share > 0 && share <= 1) return share
  throw new ScriptError('--share must be a number above 0 and at most 1, such as 0.01.')
}
