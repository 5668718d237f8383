import { mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MilepostError } from '../../core/errors.js'
import {
  currentProcess,
  fromClaimName,
  isSameProcess,
  lifeOf,
  type ProcessIdentity,
  toClaimName,
} from './process-identity.js'

export type FolderLock = { release(): Promise<void> }

type Claim = { readonly name: string; readonly owner: ProcessIdentity | undefined }

const attemptCount = 12

/**
 * Makes this process the only one that has `folder` (an absolute path without links) open, until `release` or its death.
 *
 * Each process that wants the folder puts a claim, a file with a name of its own, into `<folder>.lock/` and then looks:
 * whoever sees no other living claim holds the lock. Of two that come together at least one sees the other, and since
 * nobody ever writes or removes a living process's file, no crash between any two steps can give the lock to both.
 * Waits up to half a second for a holder that is just closing.
 *
 * @throws MilepostError `DATABASE_IN_USE`
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const me = currentProcess()
  const lock = `${folder}.lock`
  const name = toClaimName(me)
  for (let attempt = 1; ; attempt += 1) {
    const rival = await rivalOf(lock, me, name)
    if (rival === undefined) return { release: () => withdraw(lock, name) }
    if (attempt === attemptCount) {
      await withdraw(lock, name)
      throw inUse(folder, rival, me)
    }
    await delay(20 + Math.random() * 40)
  }
}

/** One try: the claim in the way, or nothing once the folder is held. */
async function rivalOf(lock: string, me: ProcessIdentity, name: string): Promise<Claim | undefined> {
  const before = await livingClaims(lock, me)
  const hasClaim = before.some(claim => claim.name === name)
  // Who comes late makes no claim, so as not to disturb those who sort it out among themselves.
  if (!hasClaim && before[0] !== undefined) return before[0]
  if (!hasClaim) await putClaim(lock, name)
  const others = (await livingClaims(lock, me)).filter(claim => claim.name !== name)
  // The first by name stays and waits for the others to step back; so they cannot all give up together.
  if (others.some(other => other.name < name)) await withdraw(lock, name)
  return others[0]
}

/** Lists the claims of processes that may live, and sweeps away those of dead ones. */
async function livingClaims(lock: string, me: ProcessIdentity): Promise<readonly Claim[]> {
  const names = (await readdir(lock).catch(ifCode(['ENOENT'], []))).filter(name => !name.startsWith('.'))
  const claims = names.map(name => ({ name, owner: fromClaimName(name) }))
  const dead = claims.filter(({ owner }) => owner !== undefined && lifeOf(owner, me) === 'dead')
  await Promise.all(dead.map(claim => rm(join(lock, claim.name), { force: true })))
  return claims.filter(claim => !dead.includes(claim))
}

async function putClaim(lock: string, name: string): Promise<void> {
  for (;;) {
    await mkdir(lock).catch(ifCode(['EEXIST'], undefined))
    try {
      return await writeFile(join(lock, name), '', { flag: 'wx' })
    } catch (error) {
      // Somebody who withdrew removed the folder in between.
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
}

async function withdraw(lock: string, name: string): Promise<void> {
  await rm(join(lock, name), { force: true })
  await rmdir(lock).catch(ifCode(['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM', 'EBUSY'], undefined))
}

function inUse(folder: string, rival: Claim, me: ProcessIdentity): MilepostError {
  const claim = join(`${folder}.lock`, rival.name)
  const message = `The database folder ${folder} is in use: ${holder(rival, claim, me)}`
  return new MilepostError('DATABASE_IN_USE', message, { details: { folder, pid: rival.owner?.pid, claim } })
}

function holder({ owner }: Claim, claim: string, me: ProcessIdentity): string {
  if (owner === undefined || lifeOf(owner, me) === 'unknown')
    return `${claim} was written on another machine or in another container, and whether its process still runs cannot be seen from here. If it does not, remove that file and open the database again.`
  if (isSameProcess(owner, me))
    return `this process (${me.pid}) has it open already. Share that one database, or close it first.`
  return `process ${owner.pid} has it open, and only one process at a time can. Stop that process or close its database, or give this one a folder of its own.`
}

function ifCode<T>(codes: readonly string[], value: T): (error: unknown) => T {
  return error => {
    if (codes.includes(codeOf(error) ?? '')) return value
    throw error
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
