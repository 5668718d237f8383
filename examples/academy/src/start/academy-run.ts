import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/pglite'
import { createMilestoneService, migrate } from 'milepost'
import { openPglite } from 'milepost/pglite'
import { catalog } from '../catalog.js'
import type { Academy } from '../server/academy.js'
import { type App, createApp } from '../server/app.js'
import { createLearnerTables } from '../server/learners.js'
import { populate, simulatedCount } from '../simulation/populate.js'
import { buildWeb } from './build-web.js'
import { listen } from './listen.js'
import { pagesFrom } from './pages.js'
import { readSecret } from './secret.js'

export type RunOptions = {
  /** Where everything is kept. */
  readonly folder: string
  /** The first to try; 0 for any that is free. */
  readonly port: number
  readonly now: () => Date
  /** Whether to make another admin key, though there is one. */
  readonly isKeyAnew?: boolean
  /** Says what is going on, a line each. */
  readonly say: (line: string) => void
}

/** An academy that is open. */
export type RunningAcademy = {
  readonly url: string
  /** An admin key for Studio, told when it is made and never again; null where one was made before. */
  readonly adminKey: string | null
  /** Settles when the simulated learners are there. */
  readonly populated: Promise<void>
  readonly close: () => Promise<void>
}

/** Opens the database, builds the pages where they changed, and answers; then lets the simulated learners in. */
export async function openAcademy({ folder, port, now, say, isKeyAnew = false }: RunOptions): Promise<RunningAcademy> {
  say('Opening the database and the pages…')
  const [database, webFolder] = await Promise.all([openPglite(join(folder, 'database')), buildWeb()])
  const db = drizzle({ client: database.db })
  const academy: Academy = { db, service: createMilestoneService({ db, catalog, now }), now }
  const stopping = new AbortController()
  let doneCount = 0
  try {
    await migrate(db)
    await createLearnerTables(db)
    const simulation = () => ({ doneCount, learnerCount: simulatedCount })
    const app = createApp({ academy, secret: readSecret(folder), simulation, pages: pagesFrom(webFolder) })
    const adminKey = await app.adminKey(isKeyAnew)
    const listening = await listen(app.fetch, port)
    const onProgress = (count: number): void => {
      doneCount = count
    }
    const populated = populate({ academy, onProgress, signal: stopping.signal })
    // Who waits for it hears of a failure; here it must not end the process unheard.
    populated.catch(() => {})
    const parts = { app, academy, listening, populated, stopping }
    const url = `http://localhost:${listening.port}`
    return { url, adminKey, populated, close: () => close(parts, database.close) }
  } catch (error) {
    await database.close()
    throw error
  }
}

type Parts = {
  readonly app: App
  readonly academy: Academy
  readonly listening: { readonly stop: () => Promise<void> }
  readonly populated: Promise<void>
  readonly stopping: AbortController
}

async function close({ app, academy, listening, populated, stopping }: Parts, closeDatabase: () => Promise<void>) {
  stopping.abort()
  await app.close()
  await listening.stop()
  await populated.catch(() => {})
  await academy.service.close()
  await closeDatabase()
}
