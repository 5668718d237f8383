import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { root, ScriptError } from './run.mjs'

/** The one module that holds all files of Studio, for servers and for what bundles them; it ships with the package. */
export const studioModule = join(root, 'dist', 'studio', 'files.js')
const builtFolder = join(root, '.cache', 'studio')
const stamp = join(root, '.cache', 'built-studio')

/**
 * Builds Studio into `dist/studio/files.js`, where what it is built from has changed since the last time.
 *
 * @throws {ScriptError} with Vite's messages
 */
export async function buildStudio() {
  const wanted = fingerprint()
  if (existsSync(stamp) && existsSync(studioModule) && readFileSync(stamp, 'utf8') === wanted) return
  console.log('Building Studio…')
  rmSync(stamp, { force: true })
  await bundle()
  mkdirSync(dirname(studioModule), { recursive: true })
  writeFileSync(studioModule, moduleOf(filesIn(builtFolder)))
  mkdirSync(join(root, '.cache'), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Its own sources and what is installed: of the library it takes types alone. */
function fingerprint() {
  const hash = createHash('sha256')
  const folder = join(root, 'studio')
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !(entry.parentPath ?? entry.path).includes('node_modules'))
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
  for (const path of [...paths.sort(), join(root, 'package-lock.json')])
    hash
      .update(`${path.slice(root.length)}\0`)
      .update(readFileSync(path))
      .update('\0')
  return hash.digest('hex')
}

/** @returns {[name: string, path: string][]} */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .map(path => [relative(folder, path).split(sep).join('/'), path])
    .sort()
}

function moduleOf(files) {
  const zipped = path => gzipSync(readFileSync(path), { level: 9 }).toString('base64')
  const entries = files.map(([name, path]) => `  [${JSON.stringify(name)}, '${zipped(path)}'],`)
  return [
    '// Built from studio/: each file by its name, gzipped, in base64.',
    'export const files = [',
    ...entries,
    ']',
    '',
  ].join('\n')
}

async function bundle() {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  try {
    await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: join(root, 'studio') })
  } catch (error) {
    throw new ScriptError(`${error.stdout ?? ''}${error.stderr ?? error}\nStudio could not be built.`)
  }
}
