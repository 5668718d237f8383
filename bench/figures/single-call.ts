import { compare } from '../alternation.js'
import { alternateCrews } from '../crew.js'
import { atMost, type Figure } from '../figure.js'
import { countUsers, type Lab, serviceOn, settle, withSite } from '../lab.js'
import type { Way } from '../recorder.js'
import { type Study, studyOf } from '../study.js'
import { timesDetail } from '../wording.js'
import type { WriterSpec } from '../writer.js'

const catalog = { milestoneCount: 10, metricCount: 3 }
const users = { first: 0, count: 20_000 }

const name = 'one call alone'

/** One call of `record` after another compared with the same hand-written statements. */
export const singleCall: Study = studyOf(name, measure)

function measure(lab: Lab): Promise<Figure> {
  return withSite(lab, async site => {
    await countUsers(serviceOn(site, catalog), users)
    await settle(site)
    const writer = (part: number, way: Way): WriterSpec => {
      const load = { seed: part + 1, users, part, partCount: 2 }
      return { way, url: site.url, catalog, load, batchSize: 1, callerCount: 1 }
    }
    const batchCount = 300
    const rounds = await alternateCrews(lab, [
      { writers: [writer(0, 'milepost')], batchCount },
      { writers: [writer(1, 'hand-written-sql')], batchCount },
    ])
    const comparison = compare(rounds, 0, 1)
    const unit = 'times as long as by hand'
    return atMost(1.3, { figure: name, value: 1 / comparison.ratio, unit, detail: timesDetail(comparison) })
  })
}
