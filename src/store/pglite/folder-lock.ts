import { mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MilepostError } from '../../core/values/errors.js'
import { type Beacon, lightBeacon, seesBeacon } from './beacon.js'
import {
  currentProcess,
  fromClaimName,
  isSameProcess,
  isSeenFrom,
  type Life,
  lifeOf,
  type ProcessIdentity,
  toClaimName,
} from './process-identity.js'

export type FolderLock = { release(): Promise<void> }

type Claim = { readonly name: string; readonly owner: ProcessIdentity | undefined; readonly life: Life }

type Taker = {
  readonly me: ProcessIdentity
  /** The folder of the claims, `<folder>.lock`. */
  readonly lock: string
  readonly name: string
  beacon?: Beacon | undefined
}

const attemptCount = 12
const beaconOf = (name: string) => `${name}.alive`

/**
 * Makes this process the only one that has `folder` (an absolute path without links) open, until `release` or its
 * death.
 *
 * Each process that wants the folder creates a claim, a file with a unique name, in `<folder>.lock/` and then looks. A
 * process that sees no other living claim holds the lock. If two come at the same time, at least one sees the other.
 * Since nobody ever writes or removes a living process's file, no crash between any two steps can give the lock to
 * both. Waits up to half a second for a holder that is just closing.
 *
 * @throws MilepostError `DATABASE_IN_USE`
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const me = currentProcess()
  const taker: Taker = { me, lock: `${folder}.lock`, name: toClaimName(me) }
  for (let attempt = 1; ; attempt += 1) {
    const rival = await rivalOf(taker)
    if (rival === undefined) return { release: () => withdraw(taker) }
    if (attempt === attemptCount) {
      await withdraw(taker)
      throw inUse(folder, rival, me)
    }
    await delay(20 + Math.random() * 40)
  }
}

/** Makes one attempt. Returns the claim that is in the way, or nothing if we hold the folder. */
async function rivalOf(taker: Taker): Promise<Claim | undefined> {
  const before = await activeClaims(taker)
  const hasClaim = before.some(claim => claim.name === taker.name)
  // A process that comes late creates no claim, so that it does not disturb the others while they settle it.
  if (!hasClaim && before[0] !== undefined) return before[0]
  if (!hasClaim) await putClaim(taker)
  const others = (await activeClaims(taker)).filter(claim => claim.name !== taker.name)
  // The first by name stays and waits for the others to step back, so they cannot all give up together.
  if (others.some(other => other.name < taker.name)) await withdraw(taker)
  return others[0]
}

/** Lists the claims of processes that may be alive, and removes those of dead ones. */
async function activeClaims({ lock, me }: Taker): Promise<readonly Claim[]> {
  const names = await readdir(lock).catch(ifCode(['ENOENT'], []))
  const claimNames = names.filter(name => !name.startsWith('.') && !name.endsWith(beaconOf('')))
  const claims = await Promise.all(claimNames.map(name => readClaim(lock, name, me)))
  await Promise.all(claims.filter(({ life }) => life === 'dead').map(({ name }) => removeClaim(lock, name)))
  await Promise.all(names.filter(name => !claimNames.includes(name)).map(name => sweepBeacon(lock, name, claimNames)))
  return claims.filter(({ life }) => life !== 'dead')
}

/** Removes the beacon of a process that died before it could create its claim. */
async function sweepBeacon(lock: string, beacon: string, claimNames: readonly string[]): Promise<void> {
  if (claimNames.some(name => beaconOf(name) === beacon)) return
  if ((await seesBeacon(lock, beacon)) === false) await rm(join(lock, beacon), { force: true })
}

async function readClaim(lock: string, name: string, me: ProcessIdentity): Promise<Claim> {
  const owner = fromClaimName(name)
  if (owner === undefined) return { name, owner, life: 'unknown' }
  const answer = owner.boot === me.boot ? await seesBeacon(lock, beaconOf(name)) : undefined
  const life = answer === undefined ? lifeOf(owner, me) : answer ? 'alive' : 'dead'
  return { name, owner, life }
}

async function putClaim(taker: Taker): Promise<void> {
  const { lock, name } = taker
  for (;;) {
    await mkdir(lock).catch(ifCode(['EEXIST'], undefined))
    // Before the claim, because a claim without a working beacon would look like that of a dead process.
    taker.beacon = await lightBeacon(lock, beaconOf(name))
    try {
      return await writeFile(join(lock, name), '', { flag: 'wx' })
    } catch (error) {
      taker.beacon?.putOut()
      // Another process that withdrew has removed the folder in between.
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
}

async function withdraw({ lock, name, beacon }: Taker): Promise<void> {
  await removeClaim(lock, name)
  beacon?.putOut()
  await rmdir(lock).catch(ifCode(['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM', 'EBUSY'], undefined))
}

async function removeClaim(lock: string, name: string): Promise<void> {
  await rm(join(lock, name), { force: true })
  await rm(join(lock, beaconOf(name)), { force: true })
}

function inUse(folder: string, rival: Claim, me: ProcessIdentity): MilepostError {
  const claim = join(`${folder}.lock`, rival.name)
  const message = `The database folder ${folder} is in use: ${holder(rival, claim, me)}`
  return new MilepostError('DATABASE_IN_USE', message, { details: { folder, pid: rival.owner?.pid, claim } })
}

function holder({ owner, life }: Claim, claim: string, me: ProcessIdentity): string {
  if (owner === undefined || life === 'unknown')
    return `${claim} was written on another machine or in another container, and whether its process still runs cannot be seen from here. If it does not, remove that file and open the database again.`
  if (isSameProcess(owner, me))
    return `this process (${me.pid}) has it open already. Share that one database, or close it first.`
  const where = isSeenFrom(owner, me) ? '' : ' of another container'
  return `process ${owner.pid}${where} has it open, and only one process can at a time. Stop that process, close its database, or use a different folder.`
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
