// Plain JavaScript, so that the process loads what an app loads: the package and its driver, and no compiler.
import { createMilestoneService, parseCatalog } from 'milepost'
import pg from 'pg'

process.once('message', async spec => process.send(await imported(spec)))
// The bench that started this process is gone.
process.on('disconnect', () => process.exit())

/** Imports a CSV file and tells how it went. */
async function imported({ url, csv, definition }) {
  const pool = new pg.Pool({ connectionString: url }).on('error', () => {})
  const service = createMilestoneService({ db: pool, catalog: parseCatalog(definition) })
  const mapping = {
    userId: 'user',
    category: { value: 'lesson' },
    itemKey: 'lesson',
    completedAt: 'done_at',
    metadata: ({ score, minutes }) => ({ score: Number(score), minutes: Number(minutes) }),
  }
  const startMb = process.memoryUsage().rss / 2 ** 20
  const startedAt = performance.now()
  const { completionCount } = await service.importCompletions({ csv }, mapping)
  const tookMs = performance.now() - startedAt
  await pool.end()
  return { completionCount, peakMb: process.resourceUsage().maxRSS / 1_024, startMb, tookMs }
}
