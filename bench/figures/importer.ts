import { drizzle } from 'drizzle-orm/node-postgres'
import { createMilestoneService } from 'milepost'
import { catalogOf } from '../catalogs.js'
import { openPool } from '../pool.js'
import { beProgram } from '../program.js'

/** What is imported: a CSV file with so many rows. */
export type ImporterSpec = { readonly url: string; readonly csv: string; readonly rowCount: number }

/** How the import went. `peakMb`: the most resident memory of this process. */
export type ImporterAnswer = { readonly peakMb: number; readonly startMb: number; readonly tookMs: number }

beProgram<ImporterSpec>(
  async ({ url, csv, rowCount }): Promise<ImporterAnswer> => {
    const pool = openPool(url)
    const catalog = catalogOf({ milestoneCount: 10, metricCount: 3 })
    const service = createMilestoneService({ db: drizzle(pool), catalog })
    const mapping = {
      userId: 'user',
      category: { value: 'lesson' },
      itemKey: 'lesson',
      completedAt: 'done_at',
      metadata: ({ score, minutes }: { readonly [column: string]: unknown }) => {
        return { score: Number(score), minutes: Number(minutes) }
      },
    }
    const startMb = process.memoryUsage().rss / 2 ** 20
    const startedAt = performance.now()
    const { completionCount } = await service.importCompletions({ csv }, mapping)
    const tookMs = performance.now() - startedAt
    if (completionCount !== rowCount) throw new Error(`${completionCount} rows were imported, not ${rowCount}`)
    await pool.end()
    return { peakMb: process.resourceUsage().maxRSS / 1_024, startMb, tookMs }
  },
  () => 0,
)
