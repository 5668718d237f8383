import { join } from 'node:path'
import { build } from './build.mjs'
import { exitWith, root, runNode } from './run.mjs'

const program = join(root, '.cache', 'docs', 'main.mjs')

await exitWith(async () => {
  await build()
  // Many modules, each of them quick: a loader that turns them one by one takes as long as all the rest.
  const { build: bundle } = await import('esbuild')
  await bundle({
    absWorkingDir: root,
    entryPoints: ['site/src/main.ts'],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    external: ['#studio-files'],
    logLevel: 'warning',
  })
  // A third of the work would be the collection of short-lived objects.
  return runNode(['--max-semi-space-size=64', program, ...process.argv.slice(2)])
})
