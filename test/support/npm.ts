import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs npm, the one that started this process if there is one, and returns its output. */
export async function npm(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const own = process.env.npm_execpath
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []]
  const options = { cwd, env, maxBuffer: 64 * 1024 * 1024 }
  return (await promisify(execFile)(command, [...first, ...args], options)).stdout
}
