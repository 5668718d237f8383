import { execFileSync, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'

/** Holds the user that a process is to run as; empty for "as we do". */
export type RunAs = { readonly uid?: number; readonly gid?: number }

/**
 * Returns as whom Postgres runs here: as we do, or, since it refuses root, as `postgres` where the machine has that user,
 * else as `nobody`.
 */
export function postgresUser(): RunAs {
  if (process.getuid?.() !== 0) return {}
  const ids = idsOf('postgres') ?? idsOf('nobody')
  if (!ids)
    throw new Error('Postgres refuses to run as root, and there is no user `postgres` or `nobody` here. Add one.')
  return ids
}

/** Returns the first folder for temporary files that this user can enter, also where `TMPDIR` is closed to others. */
export function temporaryFolder(user: RunAs): string {
  const folders = [...new Set([tmpdir(), '/tmp', '/var/tmp'])]
  const folder = user.uid === undefined ? folders[0] : folders.find(each => canEnter(user, each))
  if (!folder) throw new Error(`The user ${user.uid} can enter none of ${folders.join(', ')}.`)
  return folder
}

function idsOf(name: string): RunAs | undefined {
  try {
    const [uid, gid] = ['-u', '-g'].map(flag =>
      Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] })),
    )
    return { uid, gid }
  } catch {
    return undefined
  }
}

function canEnter(user: RunAs, folder: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
}
