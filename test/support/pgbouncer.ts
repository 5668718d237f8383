import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { freePort } from './free-port.js'
import { postgresUser, temporaryFolder } from './postgres-user.js'

const program = '/usr/sbin/pgbouncer'

/** Whether Debian's package is installed here. */
export const hasPgbouncer = existsSync(program)

/** A PgBouncer in transaction mode before one database. */
export type Pgbouncer = { readonly url: string; readonly stop: () => Promise<void> }

/** Starts a PgBouncer that shares two connections among all who come. */
export async function startPgbouncer(databaseUrl: string): Promise<Pgbouncer> {
  const { hostname, port, pathname, username, password } = new URL(databaseUrl)
  const user = postgresUser()
  const folder = mkdtempSync(join(temporaryFolder(user), 'milepost-pgbouncer-'))
  const ownPort = await freePort()
  const credentials = password === '' ? '' : ` password=${password}`
  const settings = [
    '[databases]',
    `bounced = host=${hostname} port=${port} dbname=${pathname.slice(1)} user=${username}${credentials}`,
    '[pgbouncer]',
    `listen_addr = 127.0.0.1\nlisten_port = ${ownPort}\nunix_socket_dir =`,
    'pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 200\nauth_type = any',
  ]
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(file, settings.join('\n'))
  if (user.uid !== undefined && user.gid !== undefined)
    for (const path of [folder, file]) chownSync(path, user.uid, user.gid)
  const child = spawn(program, [file], { ...user, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  await isUp(child.stderr)
  child.stderr.resume()
  return {
    url: `postgres://${username}@127.0.0.1:${ownPort}/bounced`,
    stop: async () => {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

async function isUp(output: Readable): Promise<void> {
  let said = ''
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    said += String(chunk)
    if (said.includes('process up')) return
  }
  throw new Error(`PgBouncer did not start:\n${said}`)
}
