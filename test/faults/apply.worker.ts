import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { createMilestoneService } from '../../src/index.js'
import { argument, report } from '../support/worker-process.js'
import { type ApplyTask, after } from './apply-catalogs.js'

const { url } = argument<ApplyTask>()
const db = drizzle(new pg.Pool({ connectionString: url, max: 2 }))
const service = createMilestoneService({ db, catalog: after })

await service.apply(after, { onProgress: ({ userCount }) => report(userCount) })
report('applied')
process.exit()
