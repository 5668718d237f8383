import { compare } from '../alternation.js'
import { alternateCrews } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { countUsers, type Lab, serviceOn, settle, withSite } from '../lab.js'
import { type Study, studyOf } from '../study.js'
import { ratesDetail } from '../wording.js'
import type { WriterSpec } from '../writer.js'

const catalog = { milestoneCount: 10, metricCount: 3 }
const users = { first: 0, count: 20_000 }

const name = '64 callers, gathered'

/** 64 callers of `record`, each with one completion at a time, against batches of 1,000. */
export const gatheredCalls: Study = studyOf(name, measure)

function measure(lab: Lab): Promise<Figure> {
  return withSite(lab, async site => {
    await countUsers(serviceOn(site, catalog), users)
    await settle(site)
    const writer = (part: number, sizes: Pick<WriterSpec, 'batchSize' | 'callerCount'>): WriterSpec => {
      return { way: 'milepost', url: site.url, catalog, load: { seed: part + 1, users, part, partCount: 2 }, ...sizes }
    }
    const batchCount = lab.isQuick ? 5 : 15
    const rounds = await alternateCrews(lab, [
      { writers: [writer(0, { batchSize: 1, callerCount: 64 })], batchCount: batchCount * 500 },
      { writers: [writer(1, { batchSize: 1_000, callerCount: 1 })], batchCount },
    ])
    const comparison = compare(rounds, 0, 1)
    const unit = 'of the throughput of batches of 1,000'
    return atLeast(0.4, { figure: name, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
  })
}
