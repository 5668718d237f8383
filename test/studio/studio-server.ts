import { createMilepostServer, type MilepostServerOptions } from '../../src/http.js'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { listen } from '../../src/node/node-server.js'
import { createFirstKey } from '../../src/service/server/api-keys.js'
import { sessionOf } from '../../src/store/database/session-of.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'
import { borrowPglite } from '../support/embedded.js'
import { studioCatalog } from './studio-catalog.js'
import { fillStudio, studioNow } from './studio-users.js'

/** A real server with Studio, on the embedded database. */
export type StudioServer = {
  /** Where Studio is, ending with a slash. */
  readonly url: string
  readonly key: string
  readonly db: DrizzleDatabase
  readonly service: MilestoneService
  readonly close: () => Promise<void>
}

type Asked = Pick<MilepostServerOptions, 'basePath' | 'webhooks'> & {
  readonly catalog?: unknown
  readonly userCount?: number
}

/** Starts it, with the same users every time; its clock stands still. */
export async function startStudioServer({
  basePath = '',
  webhooks = {},
  catalog = studioCatalog,
  userCount = 60,
}: Asked = {}): Promise<StudioServer> {
  const { db, close: closeDatabase } = await borrowPglite()
  const now = (): Date => studioNow
  const service = createMilestoneService({ db, catalog: parseCatalog(catalog), now })
  await fillStudio(service, userCount)
  const made = await createFirstKey({ db: sessionOf(db), tables: tablesIn(), now })
  // Where time stands still, no bucket fills up again.
  const limits = { perCredential: false, perUser: false } as const
  const server = createMilepostServer({ service, db, basePath, webhooks, studio: true, now, limits })
  const listening = await listen(server, { host: '127.0.0.1', port: 0 })
  const close = async (): Promise<void> => {
    const stopped = listening.stop(1_000)
    await server.close()
    await stopped
    await service.close()
    await closeDatabase()
  }
  return { url: `${listening.url}${basePath}/studio/`, key: made!.secret, db, service, close }
}
