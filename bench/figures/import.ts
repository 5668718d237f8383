import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalogOf } from '../catalogs.js'
import { atMost, type Figure } from '../figure.js'
import { type Lab, withSite } from '../lab.js'
import { userIdOf } from '../load.js'
import { startProgram } from '../program.js'
import { studyOf } from '../study.js'

const name = 'memory of an import of 1,000,000 rows'

/** The most memory of a process that imports a CSV file, 20 rows for each user in no order of users. */
export const importing = studyOf(name, measure)

/** How an import went. `peakMb`: the most resident memory of its process. */
type Imported = {
  readonly completionCount: number
  readonly peakMb: number
  readonly startMb: number
  readonly tookMs: number
}

async function measure(lab: Lab): Promise<Figure> {
  const rowCount = lab.isQuick ? 200_000 : 1_000_000
  const folder = mkdtempSync(join(tmpdir(), 'milepost-bench-'))
  const csv = join(folder, 'history.csv')
  try {
    writeCsv(csv, rowCount)
    return await withSite(lab, async ({ url }) => {
      const { definition } = catalogOf({ milestoneCount: 10, metricCount: 3 })
      const importer = await startProgram<Imported>('./figures/importer.mjs', { url, csv, definition })
      const { completionCount, peakMb, startMb, tookMs } = importer.started
      await importer.close()
      if (completionCount !== rowCount) throw new Error(`${completionCount} rows were imported, not ${rowCount}`)
      const rows = rowCount.toLocaleString('en')
      const speed = Math.round((rowCount / tookMs) * 1_000).toLocaleString('en')
      const detail = `${rows} rows, ${speed}/s; ${Math.round(startMb)} MB before the import`
      return atMost(150, { figure: name, value: peakMb, unit: 'MB at its peak', detail })
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const pageSize = 10_000
const start = Date.parse('2024-01-01T00:00:00Z')

function writeCsv(path: string, rowCount: number): void {
  writeFileSync(path, 'user,lesson,score,minutes,done_at\n')
  const userIds = Array.from({ length: rowCount / 20 }, (_, i) => userIdOf(i))
  for (let first = 0; first < rowCount; first += pageSize) {
    const lines = Array.from({ length: pageSize }, (_, i) => {
      const n = first + i
      const at = new Date(start + n * 1_000).toISOString()
      return `${userIds[(n * 7_919) % userIds.length]},lesson-${n},${1 + (n % 99)},${1 + (n % 30)},${at}\n`
    })
    appendFileSync(path, lines.join(''))
  }
}
