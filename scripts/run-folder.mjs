import { spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { freemem, hostname, tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'
const prefix = `milepost-test-${hostname()}-`
const gigabyte = 2 ** 30

/**
 * Makes a folder for the temporary files of a test run: in memory where there is plenty, since the tests write and delete many
 * thousands of files, otherwise where temporary files belong. `TMPDIR` decides where it is set.
 *
 * @returns {{ folder: string, remove: () => void }}
 */
export function makeRunFolder() {
  const inMemory = hasMemory() ? makeIn(memory) : undefined
  if (inMemory && canRunPrograms(inMemory.folder)) return inMemory
  inMemory?.remove()
  return makeIn(tmpdir())
}

// A run has up to 1 GB of files at a time, and its processes need some more.
function hasMemory() {
  if (process.env.TMPDIR || process.platform !== 'linux') return false
  try {
    const { bavail, bsize } = statfsSync(memory)
    return Math.min(bavail * bsize, freemem(), process.constrainedMemory() || Infinity) >= 8 * gigabyte
  } catch {
    return false
  }
}

/** The name carries the process that owns the folder, so that a later run can tell which ones nobody owns any more. */
function makeIn(parent) {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue
    const stale = join(parent, name)
    if (isOurs(stale)) rmSync(stale, { recursive: true, force: true })
  }
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`))
  // Postgres runs as another user where we are root, and has a folder of its own in here.
  chmodSync(folder, 0o711)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code !== 'ESRCH'
  }
}

/** What another user of the machine left is theirs to remove, and removing it would fail. */
function isOurs(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.uid === (process.getuid?.() ?? 0)
}

/** Some systems forbid it in memory. */
function canRunPrograms(folder) {
  const program = join(folder, 'program')
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 })
  return spawnSync(program).status === 0
}
