import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { createMilestoneService } from '../../src/index.js'
import { argument, report } from '../support/worker-process.js'
import { foldBefore, foldCatalog, foldCategories } from './fold-rows.js'

const { url } = argument<{ readonly url: string }>()
const pool = new pg.Pool({ connectionString: url, max: 2 })
report({ begun: true })
const service = createMilestoneService({ db: drizzle(pool), catalog: foldCatalog })
await service.foldCompletions(foldBefore, { categories: foldCategories })
report({ done: true })
await pool.end()
