import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { createMilestoneService, type Database } from '../../src/index.js'
import { takePathOfProcess } from '../support/record-path.js'
import { argument, report } from '../support/worker-process.js'
import { type Acknowledgement, type RecorderTask, steps } from './recorder-catalog.js'

const task = argument<RecorderTask>()
takePathOfProcess(Number(/\d+$/.exec(task.name)?.[0] ?? 0))
const service = createMilestoneService({ db: await open(task), catalog: steps })

// Several at once, so that a kill meets batches under way, transactions half done and commits unanswered.
await Promise.all(Array.from({ length: 6 }, (_, lane) => recordForEver(`${task.name} ${lane}`)))

async function open({ url, folder }: RecorderTask): Promise<Database> {
  if (url !== undefined) return drizzle(new pg.Pool({ connectionString: url, max: 6 }))
  // Only where it is needed: many of these processes start.
  const { openPglite } = await import('../../src/pglite.js')
  return (await openPglite(folder)).db
}

async function recordForEver(userId: string): Promise<never> {
  for (let i = 0; ; i++) {
    const { completion, awarded } = await service.record({ userId, category: 'step', itemKey: String(i) })
    const badges = awarded.map(({ id }) => id)
    report({ userId, itemKey: completion.itemKey, badges } satisfies Acknowledgement)
  }
}
