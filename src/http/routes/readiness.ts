import { createFeed } from '../../service/server/feed.js'
import { pendingMigrations } from '../../store/schema/migrate.js'
import { tryWrite } from '../../store/schema/write-trial.js'
import { createRateLimiter, type RateLimit } from '../limits/rate-limit.js'
import { problemOf } from '../problem/problem.js'
import type { ServerContext } from '../server/server-context.js'

/** One thing that must be in order. */
type Check = { readonly isOk: boolean; readonly detail: string | null }

/** Whether the server can answer calls, and if not, why. */
export type Readiness = {
  readonly status: 'ready' | 'not-ready'
  readonly checks: {
    readonly database: Check
    readonly migrations: Check
    readonly catalog: Check
    readonly writes: Check
  }
  /** How far webhooks and streams lag behind; null if it cannot be read. */
  readonly outbox: { readonly lagMs: number | null; readonly heldBackMs: number | null } | null
}

/** Returns whether the server can answer calls. */
export type ReadinessReader = () => Promise<Readiness>

/** A database that does not answer for so long is none. */
const deadlineMs = 5_000
/** How often a write is tried: anybody may ask for readiness. */
const tries: RateLimit = { perSecond: 1, burst: 20 }

/** Creates the readiness check. Requests that arrive during a check share its result. A check takes one connection and a few seconds at most. */
export function createReadinessReader(context: ServerContext): ReadinessReader {
  const tryToWrite = createWriteTrial(context)
  let looking: Promise<Readiness> | undefined
  return () => {
    looking ??= withinDeadline(readReadiness(context, tryToWrite)).finally(() => {
      looking = undefined
    })
    return looking
  }
}

async function withinDeadline(look: Promise<Readiness>): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Readiness>(resolve => {
    timer = setTimeout(() => resolve(silent), deadlineMs)
  })
  try {
    return await Promise.race([look, late])
  } finally {
    clearTimeout(timer)
  }
}

// A write that is rolled back. If it fails, no completion can be recorded.
function createWriteTrial({ db, tables, now }: ServerContext): () => Promise<Check> {
  const take = createRateLimiter(tries)
  let last: Check | undefined
  return async () => {
    if (last && take('') > 0) return last
    last = shown(await checked(async () => tryWrite(db, tables, now()).then(() => null)))
    return last
  }
}

/** Checks whether the database answers, accepts writes and is migrated, and whether the catalog in effect is the server's own. */
async function readReadiness(context: ServerContext, tryToWrite: () => Promise<Check>): Promise<Readiness> {
  const { db, options, service } = context
  const migrations = await checked(async () => {
    const pending = await pendingMigrations(db, options.schema === undefined ? {} : { schema: options.schema })
    return pending.length === 0 ? null : `not applied: ${pending.join(', ')}`
  })
  const database = migrations.isReached ? fine : { isOk: false, detail: migrations.detail }
  const catalog = await checked(async () => {
    const { own, version } = await service.getCatalog()
    if (own === 'current') return null
    return `Using catalog version ${version} (the last one applied), not the catalog that this server was started with`
  })
  const writes = migrations.isOk ? await tryToWrite() : untried
  // A different catalog in effect is reported and used, and calls are answered.
  const isReady = migrations.isOk && catalog.isReached && writes.isOk
  return {
    status: isReady ? 'ready' : 'not-ready',
    checks: {
      database,
      migrations: shown(migrations),
      catalog: { isOk: catalog.isReached, detail: catalog.detail },
      writes,
    },
    outbox: isReady ? await readLag(context) : null,
  }
}

const fine: Check = { isOk: true, detail: null }
const untried: Check = { isOk: false, detail: 'not tried' }
const mute: Check = { isOk: false, detail: `no answer within ${deadlineMs} ms` }
const silent: Readiness = {
  status: 'not-ready',
  checks: { database: mute, migrations: mute, catalog: mute, writes: mute },
  outbox: null,
}

async function checked(look: () => Promise<string | null>): Promise<Check & { readonly isReached: boolean }> {
  try {
    const detail = await look()
    return { isOk: detail === null, detail, isReached: true }
  } catch (error) {
    return { isOk: false, detail: problemOf(error).detail, isReached: false }
  }
}

function shown({ isOk, detail }: Check): Check {
  return { isOk, detail }
}

// Null if the database does not say.
async function readLag({ db, tables, now }: ServerContext): Promise<Readiness['outbox']> {
  try {
    const { oldestUnreadAt, oldestHeldBackAt } = await createFeed({ db, tables, now }).lag()
    const since = (at: Date | null): number | null => at && Math.max(now().getTime() - at.getTime(), 0)
    return { lagMs: since(oldestUnreadAt), heldBackMs: since(oldestHeldBackAt) }
  } catch {
    return null
  }
}
