import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Makes a project with these packages and files in a folder that goes with the test, and returns the folder. */
export function makeProject(
  packages: readonly string[],
  files: Readonly<Record<string, string>> = {},
  manifest: object = {},
  parent = tmpdir(),
): string {
  const folder = mkdtempSync(join(parent, 'milepost-project-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const dependencies = Object.fromEntries(packages.map(name => [name, '*']))
  const all = { 'package.json': JSON.stringify({ name: 'app', dependencies, ...manifest }, null, 2), ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
