import { createFeed } from '../service/feed.js'
import { pendingMigrations } from '../store/migrate.js'
import { problemOf } from './problem.js'
import type { ServerContext } from './server-context.js'

/** One thing that must be in order. */
type Check = { readonly isOk: boolean; readonly detail: string | null }

/** Whether calls can be served, and what stands in the way. */
export type Readiness = {
  readonly status: 'ready' | 'not-ready'
  readonly checks: { readonly database: Check; readonly migrations: Check; readonly catalog: Check }
  /** How far webhooks and streams lag behind; null where it cannot be read. */
  readonly outbox: { readonly lagMs: number | null; readonly heldBackMs: number | null } | null
}

/** Looks whether the database answers, is migrated, and is governed by a catalog that this server's own is not newer than. */
export async function readReadiness(context: ServerContext): Promise<Readiness> {
  const { db, options, service } = context
  const migrations = await checked(async () => {
    const pending = await pendingMigrations(db, options.schema === undefined ? {} : { schema: options.schema })
    return pending.length === 0 ? null : `not applied: ${pending.join(', ')}`
  })
  const database = migrations.isReached ? fine : { isOk: false, detail: migrations.detail }
  const catalog = await checked(async () => {
    const { own, version } = await service.getCatalog()
    return own === 'unapplied' ? `version ${version} governs; this server’s own catalog was never applied` : null
  })
  const isReady = migrations.isOk && catalog.isOk
  return {
    status: isReady ? 'ready' : 'not-ready',
    checks: { database, migrations: shown(migrations), catalog: shown(catalog) },
    outbox: isReady ? await readLag(context) : null,
  }
}

const fine: Check = { isOk: true, detail: null }

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

// Null where the database does not tell.
async function readLag({ db, tables, now }: ServerContext): Promise<Readiness['outbox']> {
  try {
    const { oldestUnreadAt, oldestHeldBackAt } = await createFeed({ db, tables, now }).lag()
    const since = (at: Date | null): number | null => at && Math.max(now().getTime() - at.getTime(), 0)
    return { lagMs: since(oldestUnreadAt), heldBackMs: since(oldestHeldBackAt) }
  } catch {
    return null
  }
}
