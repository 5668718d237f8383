import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { npm, packedPackage } from '../support/packed.js'

/** An example in a folder of its own, with what it needs installed and the package as its users get it. */
export type InstalledExample = {
  readonly folder: string
  /** Runs a file with Node to its end. @throws with what it said where it fails */
  readonly run: (args: readonly string[]) => Promise<void>
  readonly remove: () => void
}

/** An app that listens. */
export type RunningApp = { readonly url: string; readonly stop: () => Promise<void> }

const root = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)

/** Copies an example and installs it and the package from the registry that npm is set up for. */
export async function installExample(name: string): Promise<InstalledExample> {
  const folder = mkdtempSync(join(tmpdir(), `milepost-example-${name}-`))
  cpSync(join(root, 'examples', name), folder, {
    recursive: true,
    filter: source => !/[/\\](node_modules|data|\.next)$/.test(source),
  })
  const { tarball } = await packedPackage()
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  manifest.dependencies.milepost = `file:${tarball}`
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  await npm(['install', '--no-audit', '--no-fund', '--prefer-offline'], folder, environment())
  return {
    folder,
    run: async args => void (await execute(process.execPath, [...args], { cwd: folder, env: environment() })),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** Starts a file with Node and waits until it answers. */
export async function startApp({ folder }: InstalledExample, args: readonly string[]): Promise<RunningApp> {
  const child = spawn(process.execPath, [...args], { cwd: folder, env: { ...environment(), PORT: '0' } })
  const ended = once(child, 'exit')
  let said = ''
  const listening = new Promise<string>((resolve, reject) => {
    const hear = (text: unknown): void => {
      said += String(text)
      const url = /http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/.exec(said)
      if (url) resolve(`http://127.0.0.1:${url[1]}`)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    ended.then(() => reject(new Error(`It ended before it listened:\n${said}`)))
  })
  return {
    url: await listening,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

// What the tests of this repository run with is not what an app runs with.
function environment(): NodeJS.ProcessEnv {
  const { NODE_ENV, VITEST, DATABASE_URL, ...rest } = process.env
  return { ...rest, NEXT_TELEMETRY_DISABLED: '1' }
}
