import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { packedPackage } from '../support/packed.js'

/** Holds the package as its users get it, in a project of its own. */
export type InstalledPackage = {
  /** The project's folder, for files of a test. */
  readonly folder: string
  readonly program: string
  readonly remove: () => void
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** What a project has installed beside Milepost. */
const always = ['sql-template-tag', 'yaml', 'jiti']
export const everyDriver: readonly string[] = ['pg', 'postgres', '@electric-sql/pglite']
/** What `milepost serve` needs, and no other command. */
export const serverPackages: readonly string[] = [
  '@hono/node-server',
  '@hono/zod-openapi',
  'hono',
  'jose',
  'pino',
  'zod',
]

/** Unpacks the package into a new project that has these packages. Asks no registry. */
export async function installPackage(packages: readonly string[] = everyDriver): Promise<InstalledPackage> {
  const folder = mkdtempSync(join(tmpdir(), 'milepost-installed-'))
  const target = join(folder, 'node_modules', 'milepost')
  mkdirSync(target, { recursive: true })
  const { tarball } = await packedPackage()
  await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
  for (const name of [...always, ...packages]) link(name, folder)
  return { folder, program: join(target, 'dist', 'cli', 'main.js'), remove: () => rmSync(folder, { recursive: true }) }
}

function link(name: string, folder: string): void {
  const place = join(folder, 'node_modules', name)
  if (existsSync(place)) return
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(join(root, 'node_modules', name), place, 'junction')
}
