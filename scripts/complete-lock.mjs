// Adds to package-lock.json the packages of other platforms that npm left out of it, which it does where the registry
// does not have them (https://github.com/npm/cli/issues/4828). They are locked to their version, without a checksum.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

const path = join(root, 'package-lock.json')
const lock = JSON.parse(readFileSync(path, 'utf8'))
const named = new Set(Object.keys(lock.packages).map(key => key.slice(key.lastIndexOf('node_modules/') + 13)))
const added = {}

for (const { optionalDependencies = {}, dev, engines } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const platform = platformOf(name)
    // A range cannot be locked without asking what satisfies it.
    if (named.has(name) || !platform || !/^\d+\.\d+\.\d+/.test(version)) continue
    added[`node_modules/${name}`] = {
      version,
      ...(dev && { dev }),
      optional: true,
      ...platform,
      ...(engines && { engines }),
    }
  }
}

const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en'))
writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`)
console.log(`${Object.keys(added).length} packages added to package-lock.json`)

/** Reads the platform off a name such as @tool/cli-linux-x64-musl. */
function platformOf(name) {
  const platform =
    /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32|x64)(?:-(gnu|musl))?/
  const [, os, cpu, libc] = platform.exec(name) ?? []
  if (!os) return undefined
  const isLibcNamed = os === 'linux' && libc !== undefined
  return { os: [os], cpu: [cpu], ...(isLibcNamed && { libc: [libc === 'gnu' ? 'glibc' : 'musl'] }) }
}
