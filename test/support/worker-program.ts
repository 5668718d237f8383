import { renameSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const programs = new Map<string, string>()

/** What a worker's process is started with: it ends before what V8 compiles of PGlite a second time would pay. */
export const workerFlags: readonly string[] = ['--liftoff-only']

/**
 * Makes one JavaScript file of a worker and of what it imports, packages too, and returns its path. Node starts it in an
 * eighth of the time that it takes to read TypeScript and packages file by file. Names and layout of the sources stay, so a
 * stack can be read without a source map, which Node would read at each start.
 */
export function workerProgram(file: URL): string {
  const source = fileURLToPath(file)
  const program = programs.get(source) ?? bundle(source)
  programs.set(source, program)
  return program
}

function bundle(source: string): string {
  const name = relative(root, source).replaceAll(/[\\/]/g, '-').replace(/\.ts$/, '.mjs')
  // Below the repository, so that packages are found from there.
  const program = join(root, '.cache', 'workers', name)
  const unfinished = `${program}.${process.pid}`
  buildSync({
    entryPoints: [source],
    outfile: unfinished,
    bundle: true,
    // PGlite finds its files by its own place.
    external: ['@electric-sql/pglite', 'pg-native'],
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Packages in CommonJS require what Node itself has.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  })
  // Other files of the run may make the same at this moment.
  renameSync(unfinished, program)
  return program
}
