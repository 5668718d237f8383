import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The example's own folder. */
const home = fileURLToPath(new URL('../..', import.meta.url))
const source = join(home, 'src', 'web')
const built = join(home, 'dist')

/**
 * Builds the pages where what they are built from has changed since the last time, and returns the folder where they stand.
 * It is named by their sources and comes into being at once, so that several may build or serve at the same time.
 */
export async function buildWeb(): Promise<string> {
  const folder = join(built, `web-${fingerprint()}`)
  if (existsSync(folder)) return folder
  const unfinished = join(built, `unfinished-${process.pid}`)
  await bundle(unfinished)
  moveTo(folder, unfinished)
  const older = readdirSync(built).filter(name => name.startsWith('web-') && name !== basename(folder))
  for (const name of older) rmSync(join(built, name), { recursive: true, force: true })
  return folder
}

async function bundle(outDir: string): Promise<void> {
  const environment = process.env.NODE_ENV
  // Vite heeds it, and what is built within a test would hold the slow React otherwise.
  process.env.NODE_ENV = 'production'
  try {
    // Loading Vite takes longer than most starts: it is loaded where there is something to build.
    const { build } = await import('vite')
    await build({
      root: source,
      configFile: false,
      // It warns of each "use client", which means nothing in a bundle.
      logLevel: 'error',
      build: { outDir, emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false } },
    })
  } finally {
    if (environment === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = environment
  }
}

function moveTo(folder: string, unfinished: string): void {
  mkdirSync(built, { recursive: true })
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    // Somebody else has built the same meanwhile.
    rmSync(unfinished, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}

/** Of the pages themselves and of the parts of Milepost that they hold. */
function fingerprint(): string {
  const milepost = dirname(createRequire(import.meta.url).resolve('milepost/package.json'))
  const folders = [source, join(milepost, 'dist', 'client'), join(milepost, 'dist', 'react')]
  const hash = createHash('sha256')
  for (const path of folders.flatMap(filesUnder).sort()) hash.update(path).update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}
