import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { foldCompletions } from '../../src/index.js'
import { argument, report } from '../support/worker-process.js'
import { foldBefore, foldCatalog, foldCategories } from './fold-rows.js'

const { url } = argument<{ readonly url: string }>()
const pool = new pg.Pool({ connectionString: url, max: 2 })
report({ begun: true })
await foldCompletions({ db: drizzle(pool), catalog: foldCatalog }, foldBefore, { categories: foldCategories })
report({ done: true })
await pool.end()
