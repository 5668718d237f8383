import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { createMilestoneService, type ImportProgress } from '../../src/index.js'
import { takePathsByTurns } from '../support/record-path.js'
import { argument, report } from '../support/worker-process.js'
import { importCatalog, importMapping, importRows } from './import-rows.js'

const { url, resumeAfter } = argument<{ readonly url: string; readonly resumeAfter?: string }>()
takePathsByTurns()
const pool = new pg.Pool({ connectionString: url, max: 2 })
const service = createMilestoneService({ db: drizzle(pool), catalog: importCatalog })
const onProgress = (progress: ImportProgress): void => report(progress)
await service.importCompletions(importRows(), importMapping, { badges: true, batchSize: 100, resumeAfter, onProgress })
await pool.end()
