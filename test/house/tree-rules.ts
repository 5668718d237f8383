import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the published package holds, and nothing else: built code, the SQL, and what a reader of a package looks for. */
const published =
  /^(package\.json|README\.md|AGENTS\.md|LICENSE|CHANGELOG\.md|dist\/catalog\.schema\.json|dist\/react\.css|dist\/licences\.txt|dist\/.+\.(js|js\.map|cjs|d\.c?ts)|sql\/\d{4}_\w+\.sql)$/
const alwaysPublished = [
  ...['package.json', 'README.md', 'AGENTS.md', 'LICENSE', 'CHANGELOG.md'],
  ...['dist/index.js', 'dist/index.d.ts'],
]

/** Returns what is missing from the files of the package, and what has no business there. */
export function packageFaults(files: readonly string[]): string[] {
  const missing = alwaysPublished.filter(file => !files.includes(file))
  const stray = files.filter(file => !published.test(file) || /\.test(-d)?\./.test(file))
  return [...missing.map(file => `${file} is not published`), ...stray.map(file => `${file} is published`)]
}

/** Returns where a lock file names the host that a package came from: every machine uses the registry of its own. */
export function lockedHosts(lock: string): string[] {
  return lock
    .split('\n')
    .flatMap((line, i) => (/"resolved": "[^"]*:\/\//.test(line) ? [`line ${i + 1}: ${line.trim()}`] : []))
}

/** Returns the optional packages of some platform that the lock file does not name: there, they would not be installed. */
export function missingPlatformPackages(lock: string): string[] {
  const { packages } = JSON.parse(lock) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const named = new Set(Object.keys(packages).map(path => path.slice(path.lastIndexOf('node_modules/') + 13)))
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(name => path !== '' && !named.has(name))
      .map(name => `${path} may use ${name}, which the lock does not name`),
  )
}

// Written so that this file does not find itself.
const machinePath = /(?:(?<![\w.~/-])|file:\/\/)\/(?:root|home|Users|work|workspace|builds)\/[\w.-]/
const registryHost = /\/\/[^\s/"']*(?:registry|artifactory|nexus|verdaccio|mirror)[^\s/"']*|\bregistry\s*=\s*http/i

/** Returns the lines of text files that name a folder of one machine or the host of a package registry. */
export function machineTraces(root: string, paths: readonly string[]): string[] {
  return paths.flatMap(path => {
    const text = readFileSync(join(root, path), 'utf8')
    // Binary files hold such bytes by chance.
    if (text.includes('\0')) return []
    const isTrace = (line: string): boolean => machinePath.test(line) || registryHost.test(line)
    return text
      .split('\n')
      .flatMap((line, i) => (isTrace(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 200)}`] : []))
  })
}
