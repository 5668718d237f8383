// Writes the version of package.json into src/core/values/version.generated.ts: bundled, the package has no package.json beside it.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const target = fileURLToPath(new URL('src/core/values/version.generated.ts', root))

/** The text of the generated module for the version now in package.json. */
export function versionModule() {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  return [
    '// Generated from package.json by scripts/inline-version.mjs: edit that, never this.',
    `export const packageVersion: string = '${version}'`,
    '',
  ].join('\n')
}

/** Writes the module if it says something else. */
export function inlineVersion() {
  if (readFileSync(target, 'utf8') !== versionModule()) writeFileSync(target, versionModule())
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, versionModule())
