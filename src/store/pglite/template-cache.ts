import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

// Larger than a template, so that it is unpacked into one piece and not assembled from thousands.
const chunkSize = 64 * 2 ** 20

/**
 * Returns what is cached under `name` in `~/.cache/milepost`, or in the temporary folder. If it is missing or broken,
 * creates and caches it. A cache that cannot be read or written only costs time.
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
    // gzip has a checksum, so a broken file is noticed.
    return await promisify(gunzip)(await readFile(file), { chunkSize })
  } catch {
    return undefined // missing, broken or not accessible: it is created again and overwritten
  }
}

async function keepTemplate(file: string, tar: Buffer): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  try {
    await writeFile(draft, await promisify(gzip)(tar))
    await rename(draft, file)
  } catch {
    // The disk may be full. The next start creates it again.
    await rm(draft, { force: true }).catch(() => undefined)
  }
}

async function cacheFolder(): Promise<string | undefined> {
  const uid = process.getuid?.() ?? 0
  for (const place of [() => join(homedir(), '.cache', 'milepost'), () => join(tmpdir(), `milepost-${uid}`)]) {
    try {
      const folder = place()
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // Everybody can write to the temporary folder. A template that another user put there is not ours.
      if ((await stat(folder)).uid === uid) return folder
    } catch {
      // There may be no home folder, as in some containers, or a read-only one. Try the next.
    }
  }
  return undefined
}
