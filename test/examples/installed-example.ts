import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { npm } from '../support/npm.js'
import { packedPackage } from '../support/packed.js'
import { workerFlags } from '../support/worker-program.js'

/** An example in a folder of its own, with what it needs installed and the package as its users get it. */
export type InstalledExample = {
  readonly folder: string
  /** The folder of its packages. */
  readonly packages: string
  /** Runs a file with Node to its end. @throws with what it said where it fails */
  readonly run: (args: readonly string[]) => Promise<void>
}

/** Examples that are installed together. */
export type InstalledExamples = {
  readonly example: (name: string) => InstalledExample
  readonly remove: () => void
}

type Manifest = {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** An app that listens. */
export type RunningApp = { readonly url: string; readonly stop: () => Promise<void> }

const root = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)

/**
 * Copies examples into one folder and installs there what they need, and the package, from the registry that npm is set up for: once
 * for all, since they share most of it. Node, and what builds them, looks in the folder above as well.
 */
export async function installExamples(names: readonly string[]): Promise<InstalledExamples> {
  const parent = mkdtempSync(join(tmpdir(), 'milepost-examples-'))
  const { tarball } = await packedPackage()
  const manifests = names.map(name => {
    const folder = join(parent, name)
    cpSync(join(root, 'examples', name), folder, {
      recursive: true,
      filter: source => !/[/\\](node_modules|\.milepost|\.next)$/.test(source),
    })
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  })
  writeFileSync(join(parent, 'package.json'), JSON.stringify(together(manifests, tarball)))
  await npm(['install', '--no-audit', '--no-fund', '--prefer-offline'], parent, environment())
  return {
    example: name => exampleIn(join(parent, name), parent),
    remove: () => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** @throws where two of them ask for different versions of one package */
function together(manifests: readonly Manifest[], tarball: string): Manifest & { readonly private: true } {
  const wanted = manifests.flatMap(given => Object.entries({ ...given.dependencies, ...given.devDependencies }))
  const dependencies = Object.fromEntries(wanted)
  const other = wanted.find(([name, version]) => dependencies[name] !== version)
  if (other) throw new TypeError(`The examples ask for two versions of ${other[0]}.`)
  return { private: true, dependencies: { ...dependencies, milepost: `file:${tarball}` } }
}

function exampleIn(folder: string, parent: string): InstalledExample {
  return {
    folder,
    packages: join(parent, 'node_modules'),
    run: async args => void (await execute(process.execPath, [...args], { cwd: folder, env: environment() })),
  }
}

/** Starts a file with Node, on a free port unless `env` has one, and waits until it answers. */
export async function startApp(
  { folder }: InstalledExample,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<RunningApp> {
  const child = spawn(process.execPath, [...workerFlags, ...args], {
    cwd: folder,
    env: { ...environment(), PORT: '0', ...env },
  })
  const ended = once(child, 'exit')
  let said = ''
  const listening = new Promise<string>((resolve, reject) => {
    const hear = (text: unknown): void => {
      said += String(text)
      const url = /http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)/.exec(said)
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
