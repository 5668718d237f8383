import { createMilestoneService, migrate } from 'milepost'
import { createClient } from 'milepost/client'
import { createMilepostServer } from 'milepost/http'
import { openPglite } from 'milepost/pglite'
import { catalog } from './catalog'

/** A real app asks its session here, and never believes a header. */
export const userOf = (headers: Headers): string | null => headers.get('x-demo-user')

async function open() {
  const { db } = await openPglite('./data')
  await migrate(db)
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

const kept = globalThis as { milepost?: ReturnType<typeof open> }

/** Opens the database with the first request, once: a build only loads this file, and in development it is loaded again and again. */
export function milepost(): ReturnType<typeof open> {
  kept.milepost ??= open()
  return kept.milepost
}

/** Reads what the server renders: the same API that the browser calls, without a network between. */
export async function initialFor(userId: string) {
  const { server } = await milepost()
  const client = createClient<typeof catalog>({
    baseUrl: 'http://localhost/api/milepost',
    headers: { 'x-demo-user': userId },
    fetch: (input, init) => server.handler(new Request(input, init)),
  })
  const [progress, { milestones }] = await Promise.all([
    client.getUserProgress(userId),
    client.getAllMilestones({ limit: 100 }),
  ])
  return { progress, milestones }
}
