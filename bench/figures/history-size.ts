import { compare } from '../alternation.js'
import { alternateCrews } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { insertHistory, type Lab, type Site, serviceOn, settle, withSite } from '../lab.js'
import { type LoadSpec, userIdsOf } from '../load.js'
import { type Study, studyOf } from '../study.js'
import { ratesDetail } from '../wording.js'
import type { WriterSpec } from '../writer.js'

// More milestones than the other figures have: few users share all the badges here.
const catalog = { milestoneCount: 150, metricCount: 3 }
const historySize = 100_000

const name = 'users with 100,000 completions'

/** Users with 100,000 completions against as many users with none, in the same tables. */
export const historySizes: Study = studyOf(name, measure)

function measure(lab: Lab): Promise<Figure> {
  return withSite(lab, async site => {
    const count = lab.isQuick ? 10 : 20
    await bringHistory(lab, site, count)
    const rounds = await alternateCrews(lab, [
      { writers: [writerOn(site, { seed: 1, users: { first: 0, count } })], batchCount: 5 },
      { writers: [writerOn(site, { seed: 2, users: { first: 1_000_000, count }, isRenewed: true })], batchCount: 5 },
    ])
    const comparison = compare(rounds, 0, 1)
    const unit = 'of the throughput of users with none'
    return atLeast(0.8, { figure: name, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
  })
}

async function bringHistory(lab: Lab, site: Site, userCount: number): Promise<void> {
  const users = { first: 0, count: userCount }
  lab.tell(`storing ${userCount} histories of ${historySize} completions`)
  await insertHistory(site, { users, rowCount: historySize })
  const service = serviceOn(site, catalog)
  for (const userId of userIdsOf(users)) await service.rebuild(userId)
  await settle(site)
}

function writerOn({ url }: Site, load: Omit<LoadSpec, 'part' | 'partCount'>): WriterSpec {
  return { way: 'milepost', url, catalog, batchSize: 1_000, callerCount: 1, load: { ...load, part: 0, partCount: 1 } }
}
