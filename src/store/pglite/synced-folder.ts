import { fsyncSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

/** What Emscripten's file system for Node has and PGlite's types leave out. */
type NodeStreams = {
  readonly tryFSOperation: <T>(operation: () => T) => T
  readonly stream_ops: {
    fsync?: (stream: { readonly nfd: number; readonly node: { readonly mode: number } }) => number
  }
}

const directoryBit = 0o040000

/**
 * Keeps PGlite's files in `folder`, and makes `fsync` reach the disk. As shipped PGlite starts Postgres with fsync off,
 * and even with it on the call would do nothing: a power cut could then lose, or break, what was acknowledged.
 * Needs `wal_sync_method=fsync`, since `fdatasync` cannot be caught.
 */
export function syncedFolder(folder: string): NodeFS {
  const files = new NodeFS(folder)
  const init = files.init.bind(files)
  files.init = async (client, options) => {
    const { emscriptenOpts } = await init(client, options)
    const preRun = [...(emscriptenOpts.preRun ?? []), (module: PGlite['Module']) => syncStreams(module.NODEFS)]
    return { emscriptenOpts: { ...emscriptenOpts, preRun } }
  }
  return files
}

function syncStreams(system: unknown): void {
  const { stream_ops, tryFSOperation } = system as NodeStreams
  stream_ops.fsync = stream => {
    // Windows has no fsync for directories.
    if (process.platform === 'win32' && (stream.node.mode & directoryBit) !== 0) return 0
    tryFSOperation(() => fsyncSync(stream.nfd))
    return 0
  }
}
