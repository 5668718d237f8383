import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'

const blockSize = 512

/**
 * Returns an empty database as a tar for `loadDataDir`, its `PG_VERSION` last. PGlite's own way, `initdb`, takes 3 to
 * 5 s and 700 MB each time; here it runs once per user and PGlite version, and its result (4.5 MB) is kept in
 * `~/.cache/milepost`, else in the folder for temporary files. A cache that cannot be read or written only costs time.
 */
export async function emptyDatabase(startParams: string[]): Promise<Blob> {
  const file = await templateFile(startParams)
  const kept = file && (await readTemplate(file))
  if (kept) return toBlob(kept)
  const made = await makeTemplate(startParams)
  if (file) await keepTemplate(file, made)
  return toBlob(made)
}

async function readTemplate(file: string): Promise<Buffer<ArrayBuffer> | undefined> {
  try {
    // Unpacked here and not by PGlite, where a broken file would be an unhandled rejection; gzip brings a checksum.
    return await promisify(gunzip)(await readFile(file))
  } catch {
    return undefined // missing, broken or out of reach: it is made anew and written over
  }
}

async function makeTemplate(startParams: string[]): Promise<Buffer<ArrayBuffer>> {
  const source = await PGlite.create({ startParams })
  const dump = await source.dumpDataDir('none')
  await source.close()
  return withVersionLast(Buffer.from(await dump.arrayBuffer()))
}

async function keepTemplate(file: string, tar: Buffer): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  try {
    await writeFile(draft, await promisify(gzip)(tar))
    await rename(draft, file)
  } catch {
    // A full disk, say: the next start makes it again.
    await rm(draft, { force: true }).catch(() => undefined)
  }
}

async function templateFile(startParams: readonly string[]): Promise<string | undefined> {
  const uid = process.getuid?.() ?? 0
  for (const place of [() => join(homedir(), '.cache', 'milepost'), () => join(tmpdir(), `milepost-${uid}`)]) {
    try {
      const folder = place()
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // The temporary folder is everybody's: a template that somebody else put there is not ours.
      if ((await stat(folder)).uid === uid) return join(folder, `pglite-${fingerprint(startParams)}.tar.gz`)
    } catch {
      // No home, as in some containers, or a read-only one: try the next.
    }
  }
  return undefined
}

// PGlite tells its version only once it runs, and bundled there is no package.json to find: its code tells it apart.
function fingerprint(startParams: readonly string[]): string {
  const told = JSON.stringify([PGlite.toString(), startParams])
  return createHash('sha256').update(told).digest('hex').slice(0, 16)
}

function toBlob(tar: Buffer<ArrayBuffer>): Blob {
  return new Blob([tar], { type: 'application/x-tar' })
}

/** Moves the top `PG_VERSION` behind all other entries: the file by which an unfinished folder is told from a whole one. */
function withVersionLast(tar: Buffer): Buffer<ArrayBuffer> {
  let [start, end, at] = [0, 0, 0]
  while (at < tar.length && tar[at] !== 0) {
    const name = tar.toString('latin1', at, tar.indexOf(0, at))
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8)
    const next = at + blockSize + Math.ceil(size / blockSize) * blockSize
    if (name === '/PG_VERSION') [start, end] = [at, next]
    at = next
  }
  if (end === 0) throw new TypeError('PGlite dumped a database without PG_VERSION')
  return Buffer.concat([tar.subarray(0, start), tar.subarray(end, at), tar.subarray(start, end), tar.subarray(at)])
}
