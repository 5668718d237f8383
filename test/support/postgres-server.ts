import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './free-port.js'
import { bundledPostgres } from './postgres-binaries.js'
import { postgresUser, type RunAs, temporaryFolder } from './postgres-user.js'

export { installedPostgres } from './postgres-binaries.js'

/** Says which Postgres to start, and how. */
export type PostgresOptions = {
  /** The folder of `initdb` and `postgres`; the Postgres that npm installed unless given. */
  readonly binDir?: string
  /** Server settings by name, as in `postgresql.conf`; `fsync` stays on unless it is switched off here. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** A port on 127.0.0.1; a free one unless given. */
  readonly port?: number
}

/** Holds a running throw-away server. */
export type PostgresServer = {
  readonly url: (database: string) => string
  readonly port: number
  /** As the server says it, such as `18.4`. */
  readonly version: string
  /** The process of the server itself, for those who signal it. */
  readonly pid: number
  /** Where the server writes what it has to say; gone after `stop`. */
  readonly logFile: string
  /** Stops the server and removes all that it stored. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a Postgres of its own in the folder for temporary files, reachable on 127.0.0.1 as `postgres` without password.
 * It ends with this process at the latest, also where this process is killed.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options)
    } catch (error) {
      // Another process may have taken the port since it was found free.
      const isTaken = options.port === undefined && String(error).includes('Address already in use')
      if (!isTaken || attempt === 5) throw error
    }
  }
}

async function startOnce({ binDir, settings = {}, port }: PostgresOptions): Promise<PostgresServer> {
  const user = postgresUser()
  const programs = binDir ?? bundledPostgres(user)
  const folder = makeFolder(user)
  await initialize(programs, folder, user)
  const ownPort = port ?? (await freePort())
  const args = ['-D', join(folder, 'data'), ...settingArgs(settings, ownPort)]
  const server = await supervise(join(programs, 'postgres'), args, user, folder)
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${ownPort}/${database}`
  try {
    return { ...server, url, port: ownPort, version: await askVersion(url('postgres')) }
  } catch (error) {
    await server.stop()
    throw error
  }
}

const supervisorFile = fileURLToPath(new URL('./postgres-supervisor.mjs', import.meta.url))

type Supervised = Pick<PostgresServer, 'pid' | 'logFile' | 'stop'>

const prefix = `milepost-server-${hostname()}-`

/** The name carries the process that owns the folder, so that a later run can tell which ones nobody owns any more. */
function makeFolder(user: RunAs): string {
  const parent = temporaryFolder(user)
  removeStale(parent, user)
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`))
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  return folder
}

/** A server that still runs in such a folder sees within a minute that its lock file is gone, and ends by itself. */
function removeStale(parent: string, user: RunAs): void {
  const owner = user.uid ?? process.getuid?.()
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue
    const folder = join(parent, name)
    if (lstatSync(folder, { throwIfNoEntry: false })?.uid === owner) rmSync(folder, { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

async function initialize(binDir: string, folder: string, user: RunAs): Promise<void> {
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C'
  const args = ['-D', join(folder, 'data'), '-U', 'postgres', '--auth=trust', '--encoding=UTF8', `--locale=${locale}`]
  try {
    await promisify(execFile)(join(binDir, 'initdb'), [...args, '--no-sync'], {
      ...user,
      cwd: folder,
      env: { LC_ALL: 'C' },
    })
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Starts the server under a supervisor, which removes the folder once the server has ended. */
async function supervise(command: string, args: readonly string[], user: RunAs, folder: string): Promise<Supervised> {
  const logFile = join(folder, 'server.log')
  const task = JSON.stringify({ command, args, user, folder, logFile })
  const supervisor = spawn(process.execPath, [supervisorFile, task], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: '/',
  })
  // Where the server ended before us, the pipe is closed already.
  supervisor.stdin.on('error', () => {})
  const exited = once(supervisor, 'exit')
  const { pid, failure } = await firstWord(supervisor.stdout)
  if (pid === undefined) throw new Error(`Postgres did not start: ${failure}`)
  release(supervisor)
  const stop = async (): Promise<void> => {
    supervisor.ref()
    supervisor.stdin.end()
    await exited
  }
  return { pid, logFile, stop }
}

async function firstWord(output: Readable): Promise<{ pid?: number; failure?: string }> {
  for await (const line of createInterface({ input: output })) return JSON.parse(line)
  return { failure: 'its supervisor ended without a word' }
}

/** Lets this process end although the supervisor still runs: that then stops the server. */
function release(supervisor: ChildProcess): void {
  supervisor.unref()
  for (const stream of [supervisor.stdin, supervisor.stdout]) if (stream instanceof Socket) stream.unref()
}

function settingArgs(settings: NonNullable<PostgresOptions['settings']>, port: number): string[] {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 200, ...settings, port }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function askVersion(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
    return rows[0]!.server_version
  } finally {
    await client.end()
  }
}
