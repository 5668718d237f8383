import { attachDatabasePool } from '@vercel/functions'
import { createMilestoneService } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import pg from 'pg'
import { catalog } from './catalog'

/** Returns the signed-in user. A real app reads its session here and never trusts a header. */
export const userOf = (headers: Headers): string | null => headers.get('x-demo-user')

const db = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 5, idleTimeoutMillis: 5_000 })
// Closes idle connections before Vercel suspends the function.
attachDatabasePool(db)

const service = createMilestoneService({ db, catalog })
const server = createMilepostServer({
  service,
  db,
  basePath: '/api/milepost',
  // Vercel suspends the process between requests, so a cron job delivers webhooks.
  deliver: false,
  cronSecret: process.env.CRON_SECRET!,
  authorize: request => {
    const userId = userOf(request.headers)
    return userId === null ? null : { userId }
  },
})

/** Returns the service and the API, as in the guide for Next.js. */
export async function milepost() {
  return { service, server }
}

/** Reads the data that the server renders: the same that the browser reads through the API. */
export async function initialFor(userId: string) {
  return { progress: await service.getUserProgress(userId), milestones: service.getAllMilestones() }
}
