import { createMilestoneService, migrate } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { openPglite } from 'milepost/pglite'
import { catalog } from './catalog'

/** Returns the signed-in user. A real app reads its session here and never trusts a header. */
export const userOf = (headers: Headers): string | null => headers.get('x-demo-user')

async function open() {
  const { db } = await openPglite('.milepost')
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

/** Opens the database once, with the first request. A build only loads this file, and development reloads it many times. */
export function milepost(): ReturnType<typeof open> {
  kept.milepost ??= open()
  return kept.milepost
}

/** Reads the data that the server renders: the same that the browser reads through the API. */
export async function initialFor(userId: string) {
  const { service } = await milepost()
  return { progress: await service.getUserProgress(userId), milestones: service.getAllMilestones() }
}
