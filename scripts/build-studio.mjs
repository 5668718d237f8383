import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root, ScriptError } from './run.mjs'

/** Where Studio's files are put; they are served from there and ship with the package. */
export const studioFolder = join(root, 'dist', 'studio')
const stamp = join(root, '.cache', 'built-studio')

/**
 * Builds Studio into `dist/studio`, where what it is built from has changed since the last time.
 *
 * @throws {ScriptError} with Vite's messages
 */
export async function buildStudio() {
  const wanted = fingerprint()
  if (existsSync(stamp) && existsSync(join(studioFolder, 'index.html')) && readFileSync(stamp, 'utf8') === wanted)
    return
  console.log('Building Studio…')
  rmSync(stamp, { force: true })
  await bundle()
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

async function bundle() {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  try {
    await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: join(root, 'studio') })
  } catch (error) {
    throw new ScriptError(`${error.stdout ?? ''}${error.stderr ?? error}\nStudio could not be built.`)
  }
}
