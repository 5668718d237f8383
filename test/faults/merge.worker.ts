import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { createMilestoneService } from '../../src/index.js'
import { argument, report } from '../support/worker-process.js'
import { mergeAll, mergeCatalog } from './merge-rows.js'

const { url } = argument<{ readonly url: string }>()
const pool = new pg.Pool({ connectionString: url, max: 2 })
report({ begun: true })
await mergeAll(createMilestoneService({ db: drizzle(pool), catalog: mergeCatalog }))
report({ done: true })
await pool.end()
