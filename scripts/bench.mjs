import { build } from './build.mjs'
import { providePgbouncer } from './pgbouncer.mjs'
import { exitWith, runNode } from './run.mjs'

await exitWith(async () => {
  await build()
  providePgbouncer()
  return runNode(['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)])
})
