import { createMilestoneService, migrate } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { openPglite } from 'milepost/pglite'
import { catalog } from './catalog.js'

// A real app asks its session here, and never believes a header.
export const userOf = request => request.headers.get('x-demo-user')

async function open() {
  const { db } = await openPglite('./data')
  await migrate(db)
  const service = createMilestoneService({ db, catalog })
  const server = createMilepostServer({
    service,
    db,
    basePath: '/api/milepost',
    authorize: request => {
      const userId = userOf(request)
      return userId === null ? null : { userId }
    },
  })
  return { service, server }
}

/** Opens the database with the first request, once: a build only loads this, and in development it is loaded again and again. */
export function milepost() {
  globalThis.openMilepost ??= open()
  return globalThis.openMilepost
}
