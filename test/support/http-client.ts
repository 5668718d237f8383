import { onTestFinished } from 'vitest'
import { createMilepostServer, type HostAuthority, type MilepostServer, type Scope } from '../../src/http.js'
import type { Database } from '../../src/index.js'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'

/** What a request to a server in this process can be made of. */
export type Sent = {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** The scopes of the credential; none where null. `read` and the rest of `admin` where left out. */
  readonly scopes?: readonly Scope[] | null
  /** AffectedUsers the request comes from, as a user of the app; without scopes then. */
  readonly user?: string
}

/** An answer, its body read. */
export type Received = {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
}

/** A server without a port, and a way to call it. */
export type HttpClient = {
  readonly service: MilestoneService
  readonly server: MilepostServer
  readonly send: (method: string, path: string, sent?: Sent) => Promise<Received>
}

type Options = Partial<Omit<Parameters<typeof createMilepostServer>[0], 'db' | 'service'>> & {
  readonly catalog?: unknown
  readonly now?: () => Date
}

/** Makes a server whose callers say by a header which scopes they have. */
export function httpClient(db: Database, { catalog = { milestones: [] }, ...options }: Options = {}): HttpClient {
  const { now } = options
  const service = createMilestoneService({
    db,
    catalog: parseCatalog(catalog),
    whenUnapplied: 'warn',
    onWarning: () => {},
    ...(now && { now }),
  })
  const server = createMilepostServer({ service, db, authorize: byHeader, deliver: false, ...options })
  // Otherwise it keeps the outbox open, which the next test file shares.
  onTestFinished(() => server.close())
  return { service, server, send: (method, path, sent = {}) => send(server, method, { path, ...sent }) }
}

function byHeader(request: Request): HostAuthority | null {
  const [scopes, userId] = [request.headers.get('x-test-scopes'), request.headers.get('x-test-user')]
  if (userId !== null) return { userId }
  return scopes === null ? null : { scopes: scopes.split(' ') as Scope[], name: 'the test' }
}

async function send(
  server: MilepostServer,
  method: string,
  { path, body, headers = {}, user, scopes = user === undefined ? ['admin'] : null }: Sent & { readonly path: string },
): Promise<Received> {
  const request = new Request(`http://test${path}`, {
    method,
    headers: {
      ...(scopes && { 'x-test-scopes': scopes.join(' ') }),
      ...(user !== undefined && { 'x-test-user': user }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const response = await server.handler(request)
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
}
