import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { createMilestoneService } from '../../src/index.js'
import { randomFrom } from '../races/lists.js'
import { takePathOfProcess } from '../support/record-path.js'
import { argument, receive, report } from '../support/worker-process.js'
import { before, type StepTask } from './apply-catalogs.js'

// Records with the catalog that governed before, for old users and new ones, until it is told to stop.
const { url, name, userCount } = argument<StepTask>()
takePathOfProcess(Number(name.slice(-1)))
const db = drizzle(new pg.Pool({ connectionString: url, max: 4 }))
const service = createMilestoneService({ db, catalog: before, onWarning: () => {} })
const random = randomFrom(name.length + Number(name.slice(-1)))

let isStopped = false
void receive().then(() => {
  isStopped = true
})
for (let i = 0; !isStopped; i++) {
  const userId = random() < 0.1 ? `new ${name} ${i}` : `user ${Math.floor(random() * userCount)}`
  const completedAt = new Date(Date.UTC(2026, 0, 1 + (i % 20), 12))
  await service.record({ userId, category: 'step', itemKey: `${name} ${i}`, completedAt })
}
report('stopped')
process.exit()
