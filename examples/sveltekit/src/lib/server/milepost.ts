import { createMilestoneService, migrate } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { openPglite } from 'milepost/pglite'
import { catalog } from './catalog'

/** Returns the signed-in user. A real app reads its session here and never trusts a header. */
export const userOf = (headers: Headers): string | null => headers.get('x-demo-user')

async function openDatabase() {
  const opened = await openPglite('.milepost')
  await migrate(opened.db)
  // When adapter-node is told to stop, it waits for all answers, and a live stream never ends by itself. Then it says so.
  process.once('SIGTERM', () => kept.milepost?.opened.then(({ server }) => server.close()))
  process.once('sveltekit:shutdown', async () => {
    await kept.milepost?.opened.then(close)
    await opened.close()
  })
  return opened.db
}

async function open() {
  kept.database ??= openDatabase()
  const db = await kept.database
  const service = createMilestoneService({ db, catalog })
  const server = createMilepostServer({
    service,
    db,
    basePath: '/api/milepost',
    authorize: request => {
      const userId = userOf(request.headers)
      return userId === null ? null : { userId }
    },
  })
  return { service, server }
}

type Opened = ReturnType<typeof open>

const kept = globalThis as {
  database?: ReturnType<typeof openDatabase>
  milepost?: { catalog: string; opened: Opened }
}

/**
 * Opens the database once, with the first request. A build only loads this file, and development reloads it many times: if
 * the catalog has changed then, the next call takes the new one.
 */
export function milepost(): Opened {
  const current = JSON.stringify(catalog)
  if (kept.milepost?.catalog !== current) {
    void kept.milepost?.opened.then(close)
    kept.milepost = { catalog: current, opened: open() }
  }
  return kept.milepost.opened
}

async function close({ service, server }: Awaited<Opened>) {
  await server.close()
  await service.close()
}
