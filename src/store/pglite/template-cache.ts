import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

// More than a template holds, so that it is unpacked into one piece and not put together from thousands.
const chunkSize = 64 * 2 ** 20

/**
 * Returns what is kept under `name` in `~/.cache/milepost`, else in the folder for temporary files. What is missing or
 * broken is made and kept. A cache that cannot be read or written only costs time.
 */
export async function keptInCache(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
  const folder = await cacheFolder()
  if (folder === undefined) return make()
  const file = join(folder, name)
  const kept = await readTemplate(file)
  if (kept) return kept
  const made = await make()
  await keepTemplate(file, made)
  return made
}

async function readTemplate(file: string): Promise<Buffer | undefined> {
  try {
    // A broken file does not go unnoticed: gzip brings a checksum.
    return await promisify(gunzip)(await readFile(file), { chunkSize })
  } catch {
    return undefined // missing, broken or out of reach: it is made again and written over
  }
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

async function cacheFolder(): Promise<string | undefined> {
  const uid = process.getuid?.() ?? 0
  for (const place of [() => join(homedir(), '.cache', 'milepost'), () => join(tmpdir(), `milepost-${uid}`)]) {
    try {
      const folder = place()
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // The temporary folder is everybody's: a template that somebody else put there is not ours.
      if ((await stat(folder)).uid === uid) return folder
    } catch {
      // No home, as in some containers, or a read-only one: try the next.
    }
  }
  return undefined
}
