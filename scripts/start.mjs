import { build } from './build.mjs'
import { exitWith, runNode } from './run.mjs'

const [example, ...args] = process.argv.slice(2)

await exitWith(async () => {
  await build()
  return runNode(['--import', 'tsx', `examples/${example}/src/main.ts`, ...args])
})
