import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Identifies one run of one process. A reused pid, or the same pid in another container or after a restart, has a
 * different identity.
 */
export type ProcessIdentity = {
  readonly pid: number
  /** Clock ticks between boot and start; `0` if the system does not report it. */
  readonly startedAt: string
  readonly boot: string
  readonly namespace: string
  readonly host: string
}

const shape = /^(\d+)-(\w+)-(\w+)-(\w+)-(\w+)-\w+$/

/** Identifies the current process. Reads a few files of `/proc`, so call it once per claim, not per query. */
export function currentProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    startedAt: startOf(process.pid) ?? '0',
    boot: hash(read('/proc/sys/kernel/random/boot_id')),
    namespace: hash(pidNamespace()),
    host: hash(`${hostname()} ${read('/etc/machine-id')}`),
  }
}

/** Writes an identity as a unique file name: no other claim, not even one of the same process, ever has it. */
export function toClaimName({ pid, startedAt, boot, namespace, host }: ProcessIdentity): string {
  return [pid, startedAt, boot, namespace, host, randomBytes(4).toString('hex')].join('-')
}

/** Parses an identity; `undefined` for a name that this version did not write. */
export function fromClaimName(name: string): ProcessIdentity | undefined {
  const [, pid, startedAt, boot, namespace, host] = shape.exec(name) ?? []
  if (!pid || !startedAt || !boot || !namespace || !host) return undefined
  return { pid: Number(pid), startedAt, boot, namespace, host }
}

/** Checks whether two identities are the same run of the same process (including its worker threads). */
export function isSameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.startedAt === b.startedAt && a.boot === b.boot && a.namespace === b.namespace
}

/** Checks whether the pid of `other` means the same process to `me`: same machine, same container. */
export function isSeenFrom(other: ProcessIdentity, me: ProcessIdentity): boolean {
  return other.host === me.host && other.boot === me.boot && other.namespace === me.namespace
}

export type Life = 'alive' | 'dead' | 'unknown'

/** Checks by its pid whether `other` still runs, as far as `me` can see. If in doubt, never answers `dead`. */
export function lifeOf(other: ProcessIdentity, me: ProcessIdentity): Life {
  // The same machine was restarted since: every process of that time is gone.
  if (other.host === me.host && other.boot !== me.boot) return 'dead'
  if (!isSeenFrom(other, me)) return 'unknown'
  return isRunning(other) ? 'alive' : 'dead'
}

function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: the process runs, as another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const start = startOf(pid)
  return start === undefined || startedAt === '0' || start === startedAt
}

/** Reads field 22 of proc_pid_stat(5); `ended` for a zombie, whose files are closed already. */
function startOf(pid: number): string | undefined {
  // The second field is the program's name in parentheses, which can itself contain spaces and parentheses.
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
  const [state, start] = [fields[0], fields[19]]
  return state === 'Z' || state === 'X' ? 'ended' : start
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return '' // not Linux: there is only one
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // not Linux, or hidden from this user: then only the pid decides
  }
}

function hash(text: string): string {
  return text === '' ? '0' : createHash('sha256').update(text).digest('hex').slice(0, 12)
}
