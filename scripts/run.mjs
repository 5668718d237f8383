import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The repository's folder, where every script works. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Runs a command in the repository's folder with our own input and output, hands signals on to it, and returns its exit
 * code (128 + n where signal n ended it, as a shell says it).
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env] added to our own
 * @returns {Promise<number>}
 */
export function run(command, args, env = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  // A terminal sends Ctrl-C to the whole group: sent on as well it would arrive twice, and count as "now, at once".
  const onInterrupt = () => process.stdin.isTTY || child.kill('SIGINT')
  const onTerminate = () => child.kill('SIGTERM')
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  }).finally(() => process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate))
}

/**
 * Runs a file with this same Node; see `run`.
 *
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>}
 */
export function runNode(args, env) {
  return run(process.execPath, args, env)
}

/**
 * Says whether a script was started by itself and not imported by another.
 *
 * @param {string} url the script's `import.meta.url`
 * @returns {boolean}
 */
export function isStarted(url) {
  return process.argv[1] === fileURLToPath(url)
}

/** A failure whose message says all there is to say: printed without a stack. */
export class ScriptError extends Error {}

/**
 * Runs a script to its end and ends the process with the exit code that it returns.
 *
 * @param {() => Promise<number>} script
 * @returns {Promise<void>}
 */
export async function exitWith(script) {
  try {
    process.exitCode = await script()
  } catch (error) {
    console.error(error instanceof ScriptError ? error.message : error)
    process.exitCode = 1
  }
}
