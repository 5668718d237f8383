import { createHash } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { entriesOf, type TarEntry } from './tar.js'
import { keptInCache } from './template-cache.js'

/**
 * Returns the files of an empty database. PGlite's own way, `initdb`, takes 3 to 5 s and 700 MB each time. Here it runs
 * once per user and PGlite version, and the result (4.5 MB) is cached.
 */
export async function emptyDatabase(startParams: string[]): Promise<TarEntry[]> {
  const name = `pglite-${fingerprint(startParams)}.tar.gz`
  return entriesOf(await keptInCache(name, () => makeTemplate(startParams)))
}

async function makeTemplate(startParams: string[]): Promise<Buffer> {
  const source = await PGlite.create({ startParams })
  const dump = await source.dumpDataDir('none')
  await source.close()
  return Buffer.from(await dump.arrayBuffer())
}

// PGlite reports its version only once it runs, and in a bundle there is no package.json. So its code identifies it.
function fingerprint(startParams: readonly string[]): string {
  const seed = JSON.stringify([PGlite.toString(), startParams])
  return createHash('sha256').update(seed).digest('hex').slice(0, 16)
}
