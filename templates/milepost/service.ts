import { createMilestoneService } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { catalog } from './catalog.js'
import { openDatabase } from './database.js'
import { userIdOf } from './user.js'

async function open() {
  const db = await openDatabase()
  const service = createMilestoneService({ db, catalog })
  const server = createMilepostServer({
    service,
    db,
    basePath: '/badges',
    // Users can read their own badges, and nothing else.
    authorize: async request => {
      const userId = await userIdOf(request.headers)
      return userId === null ? null : { userId }
    },
  })
  return { service, server }
}

const kept = globalThis as { milepost?: ReturnType<typeof open> }

/**
 * Opens the database with the first call and keeps it open, also when development reloads this file.
 *
 * Record what a user completes anywhere in your app:
 *
 *   const userId = await userIdOf(request.headers)
 *   const { service } = await milepost()
 *   if (userId !== null) await service.record({ userId, category: 'lesson', itemKey: lesson.id })
 */
export function milepost(): ReturnType<typeof open> {
  kept.milepost ??= open().catch(error => {
    // The next call tries again.
    delete kept.milepost
    throw error
  })
  return kept.milepost
}
