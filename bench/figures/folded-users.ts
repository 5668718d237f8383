import { compare } from '../alternation.js'
import { catalogOf } from '../catalogs.js'
import { alternateCrews } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { historyStart, insertHistory, type Lab, type Site, serviceOn, settle, withSite } from '../lab.js'
import type { UserRange } from '../load.js'
import type { Study } from '../study.js'
import { ratesDetail } from '../wording.js'
import type { WriterSpec } from '../writer.js'

const catalog = { milestoneCount: 150, metricCount: 3 }
const sizes = {
  'users with folded completions, batches of 1,000': 1_000,
  'users with folded completions, one call alone': 1,
}
const [folded, others] = [
  { first: 0, count: 2_000 },
  { first: 1_000_000, count: 2_000 },
] as const satisfies readonly UserRange[]

/** Recording for users of whom 100 completions were folded, against as many users with 100 completions that were not. */
export const foldedUsers: Study = {
  names: Object.keys(sizes),
  measure: lab => withSite(lab, site => measureOn(lab, site)),
}

async function measureOn(lab: Lab, site: Site): Promise<readonly Figure[]> {
  const service = serviceOn(site, catalog)
  await service.apply(catalogOf(catalog))
  await insertHistory(site, { users: folded, rowCount: 100 })
  await service.rebuild()
  await service.foldCompletions(new Date(Date.parse(historyStart) + 86_400_000), { categories: ['lesson'] })
  await insertHistory(site, { users: others, rowCount: 100 })
  await service.rebuild()
  await settle(site)
  const figures: Figure[] = []
  for (const [figure, batchSize] of Object.entries(sizes)) {
    // Users of their own, since others hold the first badges already.
    const half = (users: UserRange): UserRange => ({ first: users.first + figures.length * 1_000, count: 1_000 })
    const crews = [folded, others].map((users, i) => ({
      writers: [writerOn(site, { users: half(users), batchSize, seed: figures.length * 2 + i })],
      batchCount: batchSize === 1 ? 300 : 5,
    }))
    const comparison = compare(await alternateCrews(lab, crews), 0, 1)
    const unit = 'of the throughput of other users'
    figures.push(atLeast(0.9, { figure, value: comparison.ratio, unit, detail: ratesDetail(comparison) }))
  }
  return figures
}

type Writing = { readonly users: UserRange; readonly batchSize: number; readonly seed: number }

function writerOn({ url }: Site, { batchSize, ...load }: Writing): WriterSpec {
  return { way: 'milepost', url, catalog, batchSize, callerCount: 1, load: { ...load, part: 0, partCount: 1 } }
}
