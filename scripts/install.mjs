import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitWith, isStarted, root, run, runNode, ScriptError } from './run.mjs'

const oldestNode = [20, 19]
const modules = join(root, 'node_modules')
const stamp = join(modules, '.milepost-installed')

/**
 * Installs the dependencies that package-lock.json names, where they are not there yet. Costs nothing when they are.
 *
 * @throws {ScriptError} where Node is too old or npm fails
 */
export async function install() {
  requireNode()
  const wanted = fingerprint()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.log('Installing the dependencies (once)…')
  const code = existsSync(modules) ? await addMissing() : await installAll()
  if (code !== 0)
    throw new ScriptError(`npm could not install the dependencies (exit code ${code}); its message stands above.`)
  mkdirSync(modules, { recursive: true })
  writeFileSync(stamp, wanted)
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = oldestNode
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new ScriptError(`Milepost needs Node ${oldestNode.join('.')} or newer; this is ${process.version}.`)
}

/** What is installed holds for one lock file on one platform: some packages are native. */
function fingerprint() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform} ${process.arch}\n`
}

// `npm ci` refuses a lock that lacks a package of some other platform, which registries that mirror only a part produce.
async function installAll() {
  const code = await npm('ci')
  if (code === 0) return 0
  console.log('`npm ci` failed; trying `npm install` with the same lock…')
  return addMissing()
}

/** Leaves in place what is right, unlike `npm ci`, which would pull the packages from under a run in another terminal. */
function addMissing() {
  return npm('install', '--no-save')
}

function npm(...args) {
  const own = process.env.npm_execpath
  if (own?.endsWith('.js')) return runNode([own, ...args])
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args)
}

if (isStarted(import.meta.url)) {
  await exitWith(async () => {
    await install()
    return 0
  })
}
