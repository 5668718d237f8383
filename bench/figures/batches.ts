import { compare } from '../alternation.js'
import { alternateCrews } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { countUsers, type Lab, type Site, serviceOn, settle, withSite } from '../lab.js'
import type { Way } from '../recorder.js'
import { type Study, studyOf } from '../study.js'
import { ratesDetail } from '../wording.js'
import type { WriterSpec } from '../writer.js'

const catalog = { milestoneCount: 10, metricCount: 3 }
const users = { first: 0, count: 20_000 }

/** `record` in batches of 1,000 against hand-written SQL that does the same writes. */
export const batches: readonly Study[] = [
  { name: 'batches of 1,000, one writer', writerCount: 1 },
  { name: 'batches of 1,000, two writers', writerCount: 2 },
].map(({ name, writerCount }) => studyOf(name, lab => measure(lab, name, writerCount)))

function measure(lab: Lab, figure: string, writerCount: number): Promise<Figure> {
  return withSite(lab, async site => {
    await countUsers(serviceOn(site, catalog), users)
    await settle(site)
    const batchCount = lab.isQuick ? 5 : 15
    const rounds = await alternateCrews(lab, [
      { writers: writersOf(site, 'milepost', writerCount), batchCount },
      { writers: writersOf(site, 'hand-written-sql', writerCount), batchCount },
    ])
    const comparison = compare(rounds, 0, 1)
    const unit = 'of the throughput of hand-written SQL'
    return atLeast(0.8, { figure, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
  })
}

// Both sides write to the same tables for the same users, so neither has smaller ones.
function writersOf({ url }: Site, way: Way, writerCount: number): WriterSpec[] {
  const partCount = 2 * writerCount
  return Array.from({ length: writerCount }, (_, i) => {
    const part = way === 'milepost' ? i : writerCount + i
    return { way, url, catalog, batchSize: 1_000, callerCount: 1, load: { seed: part + 1, users, part, partCount } }
  })
}
