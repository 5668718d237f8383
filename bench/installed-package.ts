import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm } from '../test/support/npm.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What is installed beside Milepost, in the versions of this repository. */
const besides = ['drizzle-orm', 'pg']

/** Works in a folder where the packed package is installed from the registry, as users have it. */
export async function withInstalledPackage<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'milepost-bench-'))
  try {
    const output = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root)
    const [{ filename }] = JSON.parse(output) as [{ readonly filename: string }]
    const versions = besides.map(name => [name, versionOf(name)])
    const dependencies = { milepost: `file:${filename}`, ...Object.fromEntries(versions) }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
    await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], folder)
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version
}
