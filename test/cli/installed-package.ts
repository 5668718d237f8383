import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

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
const always = ['zod', 'temporal-polyfill', 'drizzle-orm']
export const everyDriver: readonly string[] = ['pg', 'postgres', '@electric-sql/pglite']
/** What `milepost serve` needs, and no other command. */
export const serverPackages: readonly string[] = ['@hono/node-server', '@hono/zod-openapi', 'hono', 'jose', 'pino']

/** Packs the package, and unpacks the tarball into a new project that has these packages. Asks no registry. */
export async function installPackage(packages: readonly string[] = everyDriver): Promise<InstalledPackage> {
  const folder = mkdtempSync(join(tmpdir(), 'milepost-installed-'))
  const target = join(folder, 'node_modules', 'milepost')
  mkdirSync(target, { recursive: true })
  await npm(['pack', '--ignore-scripts', '--pack-destination', folder])
  const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'))!
  await run('tar', ['-xzf', tarball, '-C', 'node_modules/milepost', '--strip-components=1'], { cwd: folder })
  for (const name of [...always, ...packages]) link(name, folder)
  return { folder, program: join(target, 'dist', 'cli', 'main.js'), remove: () => rmSync(folder, { recursive: true }) }
}

function link(name: string, folder: string): void {
  const place = join(folder, 'node_modules', name)
  if (existsSync(place)) return
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(join(root, 'node_modules', name), place, 'junction')
}

async function npm(args: readonly string[]): Promise<void> {
  const own = process.env.npm_execpath
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []]
  await run(command, [...first, ...args], { cwd: root })
}
