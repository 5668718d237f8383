import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MemoryFS, PGlite } from '@electric-sql/pglite'
import type { TarEntry } from './tar.js'

/** This file shows whether a folder is complete, so it is written after all others. */
const writtenLast = 'PG_VERSION'

// PGlite's `loadDataDir` could do both, but it copies each of 40 MB four times and looks up every folder again for each
// file.

/** Writes the files of a database into an existing folder, `PG_VERSION` last. */
export function unpackIntoFolder(entries: readonly TarEntry[], folder: string): void {
  const last = entries.filter(({ path }) => path === writtenLast)
  if (last.length === 0) throw new TypeError('PGlite dumped a database without PG_VERSION')
  for (const { path, isFolder, data } of [...entries.filter(({ path }) => path !== writtenLast), ...last]) {
    const target = join(folder, path)
    if (isFolder) mkdirSync(target, { recursive: true })
    else writeFileSync(target, data)
  }
}

/** Returns a file system in memory that has these files as the database, without copying their contents. */
export function unpackIntoMemory(entries: readonly TarEntry[]): MemoryFS {
  const files = new MemoryFS()
  const init = files.init.bind(files)
  files.init = (client, options) => {
    files.initialSyncFs = async () => {
      const { FS } = client.Module
      for (const { path, isFolder, data } of entries) {
        const target = `${PGlite.paths.PGDATA}/${path}`
        if (isFolder) FS.mkdirTree(target)
        else FS.writeFile(target, data, { canOwn: true })
      }
    }
    return init(client, options)
  }
  return files
}
