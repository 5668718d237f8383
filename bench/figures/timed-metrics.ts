import { compare } from '../alternation.js'
import type { CatalogSpec } from '../catalogs.js'
import { alternateCrews } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { countUsers } from '../known-users.js'
import { type Lab, type Site, serviceOn, settle, withSite } from '../lab.js'
import { type Study, studyOf } from '../study.js'
import { ratesDetail } from '../wording.js'
import type { WriterSpec } from '../writer.js'

const plain: CatalogSpec = { milestoneCount: 70, metricCount: 3 }
const timed: CatalogSpec = { milestoneCount: 1_400, metricCount: 70, kinds: 'timed' }
const users = { first: 0, count: 20_000 }

const name = 'streaks and periods'

/** 50 streaks and 20 period metrics, of which two and one listen, against three plain metrics. */
export const timedMetrics: Study = studyOf(name, measure)

// Users are counted with one catalog, so each catalog has a database of its own.
function measure(lab: Lab): Promise<Figure> {
  return withSite(lab, timedSite => withSite(lab, plainSite => measureOn(lab, { timedSite, plainSite })))
}

async function measureOn(
  lab: Lab,
  { timedSite, plainSite }: { readonly timedSite: Site; readonly plainSite: Site },
): Promise<Figure> {
  const batchCount = lab.isQuick ? 5 : 15
  const rounds = await alternateCrews(lab, [
    { writers: [await writerOn(timedSite, timed)], batchCount },
    { writers: [await writerOn(plainSite, plain)], batchCount },
  ])
  const comparison = compare(rounds, 0, 1)
  const unit = 'of the throughput with three plain metrics'
  return atLeast(0.8, { figure: name, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
}

async function writerOn(site: Site, catalog: CatalogSpec): Promise<WriterSpec> {
  await countUsers(serviceOn(site, catalog), users)
  await settle(site)
  const load = { seed: 1, users, part: 0, partCount: 1 }
  return { way: 'milepost', url: site.url, catalog, batchSize: 1_000, callerCount: 1, load }
}
