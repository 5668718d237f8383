import { fsyncSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

export type SyncedFolder = {
  readonly files: NodeFS
  /** Writes everything in the folder to disk at once, and from then on each file when Postgres asks for it. */
  startSyncing(): Promise<void>
}

/** The parts of Emscripten's file system for Node that PGlite's types leave out. */
type NodeFileSystem = {
  readonly tryFSOperation: <T>(operation: () => T) => T
  readonly stream_ops: {
    fsync?: (stream: { readonly nfd: number; readonly node: { readonly mode: number } }) => number
  }
}

const directoryBit = 0o040000
const filesAtOnce = 32
// Windows has no fsync for directories.
const canSyncDirectories = process.platform !== 'win32'

/**
 * Keeps PGlite's files in `folder`, and makes `fsync` reach the disk. PGlite starts Postgres with fsync off, and even
 * with it on, the call would do nothing. A power cut could then lose or damage acknowledged data. Needs
 * `wal_sync_method=fsync`, since `fdatasync` cannot be intercepted.
 *
 * A new database (`isNew`) syncs nothing until `startSyncing`. Otherwise Postgres would sync its thousand files twice,
 * one by one.
 */
export function syncedFolder(folder: string, { isNew }: { readonly isNew: boolean }): SyncedFolder {
  let isSyncing = !isNew
  const files = new NodeFS(folder)
  const init = files.init.bind(files)
  files.init = async (client, options) => {
    const { emscriptenOpts } = await init(client, options)
    const addSync = (module: PGlite['Module']) => syncStreams(module.NODEFS, () => isSyncing)
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } }
  }
  return {
    files,
    startSyncing: async () => {
      await syncFolder(folder)
      isSyncing = true
    },
  }
}

function syncStreams(system: unknown, isSyncing: () => boolean): void {
  const { stream_ops, tryFSOperation } = system as NodeFileSystem
  stream_ops.fsync = ({ nfd, node }) => {
    const isDirectory = (node.mode & directoryBit) !== 0
    if (isSyncing() && (canSyncDirectories || !isDirectory)) tryFSOperation(() => fsyncSync(nfd))
    return 0
  }
}

async function syncFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const folders = entries.filter(entry => entry.isDirectory()).map(entry => join(entry.parentPath, entry.name))
  for (let at = 0; at < files.length; at += filesAtOnce)
    await Promise.all(files.slice(at, at + filesAtOnce).map(file => syncPath(file, 'r+')))
  if (canSyncDirectories) await Promise.all([...folders, folder].map(path => syncPath(path, 'r')))
}

async function syncPath(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
