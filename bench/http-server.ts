import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { drizzle } from 'drizzle-orm/node-postgres'
import { createMilestoneService } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { toNodeHandler } from 'milepost/node'
import { bareProgressHandler } from './bare-progress.js'
import { type CatalogSpec, catalogOf } from './catalogs.js'
import { cpuMs } from './cpu-time.js'
import { openPool } from './pool.js'
import { beProgram } from './program.js'

/** What a server process serves. `bare-progress`: one plain Hono route that sends the statements of a progress call itself. */
export type ServerSpec = {
  readonly kind: 'milepost' | 'bare-progress'
  readonly url: string
  readonly catalog: CatalogSpec
}

export type ServerAnswer = { readonly url: string; readonly key: string }

beProgram(serve, cpuMs)

async function serve({ kind, url, catalog: spec }: ServerSpec): Promise<ServerAnswer> {
  const pool = openPool(url)
  const db = drizzle(pool)
  const catalog = catalogOf(spec)
  const service = createMilestoneService({ db, catalog })
  if (kind === 'bare-progress') return { url: await listen(await bareProgressHandler(pool, service)), key: 'none' }
  // Only the first key is made by the host's word; the calls that are measured show a key, as those of an app would.
  const authorize = (request: Request) => (request.headers.has('x-bench') ? { scopes: ['admin'] as const } : null)
  const limits = { perCredential: false, perUser: false } as const
  const server = createMilepostServer({ service, db, authorize, limits })
  const address = await listen(server.handler)
  return { url: address, key: await createKey(address) }
}

async function listen(handler: (request: Request) => Promise<Response>): Promise<string> {
  const server = createServer(toNodeHandler({ handler })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function createKey(address: string): Promise<string> {
  const response = await fetch(`${address}/v1/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-bench': 'yes' },
    body: JSON.stringify({ name: 'bench', scopes: ['record', 'read'] }),
  })
  if (!response.ok) throw new Error(`No key was made: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { readonly secret: string }).secret
}
