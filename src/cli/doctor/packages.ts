import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { packageVersion } from '../../core/values/version.generated.js'
import type { DatabaseAddress } from '../database-address.js'
import { broken, doubtful, type Finding, fine } from './finding.js'
import { isInRange } from './version-range.js'

type Manifest = {
  readonly version: string
  readonly engines: { readonly node: string }
  readonly peerDependencies: Readonly<Record<string, string>>
}

/** Checks the versions of Node and of the packages that a project uses with Milepost. */
export function packageFindings(folder: string, nodeVersion: string): readonly Finding[] {
  const { engines, peerDependencies } = ownManifest()
  const node = isInRange(nodeVersion, engines.node)
    ? fine('node', `Node ${nodeVersion}`)
    : broken('node', `Node ${nodeVersion}`, `Install Node ${engines.node.replace('>=', '')} or newer.`)
  const others = Object.entries(peerDependencies).flatMap(([name, range]) => {
    const version = installedVersion(name, folder)
    if (version === undefined) return []
    const fix = `Milepost works with ${range}: npm install ${name}@${JSON.stringify(range)}`
    return [isInRange(version, range) ? fine(name, version) : doubtful(name, version, fix)]
  })
  return [node, fine('milepost', `milepost ${packageVersion}`), ...others]
}

/** Checks whether the driver for an address is installed. */
export function driverFinding(address: DatabaseAddress, folder: string): Finding {
  const names = address.type === 'folder' ? ['@electric-sql/pglite'] : ['pg', 'postgres']
  const name = names.find(candidate => installedVersion(candidate, folder) !== undefined)
  if (name !== undefined) return fine('driver', `${name} opens the database`)
  const fix = address.type === 'folder' ? `npm install ${names[0]}, or set DATABASE_URL` : 'npm install pg'
  return broken('driver', `${names.join(' and ')}: not installed`, fix)
}

// As Node would look for it.
function installedVersion(name: string, folder: string): string | undefined {
  const file = join(folder, 'node_modules', name, 'package.json')
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as Manifest).version
  const above = dirname(folder)
  return above === folder ? undefined : installedVersion(name, above)
}

function ownManifest(): Manifest {
  return createRequire(import.meta.url)('milepost/package.json') as Manifest
}
