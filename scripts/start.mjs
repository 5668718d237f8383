import { build } from './build.mjs'
import { exitWith, runNode } from './run.mjs'

await exitWith(async () => {
  await build()
  return runNode(['--import', 'tsx', 'examples/contributors/src/main.ts', ...process.argv.slice(2)])
})
