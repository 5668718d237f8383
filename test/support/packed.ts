import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm } from './npm.js'
import { onceInRun } from './once-in-run.js'

/** The package as it is published. */
export type PackedPackage = {
  readonly tarball: string
  /** The paths in it. */
  readonly files: readonly string[]
  readonly installedBytes: number
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Packs the package, once in a run. */
export async function packedPackage(): Promise<PackedPackage> {
  const folder = await onceInRun('packed', async into => {
    const output = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', into], root)
    writeFileSync(join(into, 'packed.json'), output)
  })
  const [packed] = JSON.parse(readFileSync(join(folder, 'packed.json'), 'utf8')) as [
    { files: { path: string }[]; unpackedSize: number },
  ]
  const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'))!
  const files = packed.files.map(({ path }) => path)
  return { tarball: join(folder, tarball), files, installedBytes: packed.unpackedSize }
}
