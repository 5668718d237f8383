import { compare } from '../alternation.js'
import type { CatalogSpec } from '../catalogs.js'
import { alternateCrews } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { countUsers } from '../known-users.js'
import { type Lab, type Site, serviceOn, settle, withSite } from '../lab.js'
import { type Study, studyOf } from '../study.js'
import { ratesDetail } from '../wording.js'
import type { WriterSpec } from '../writer.js'

const plain: CatalogSpec = { milestoneCount: 70, metricCount: 23 }
const full: CatalogSpec = { ...plain, kinds: 'everything' }
const users = { first: 0, count: 20_000 }

const name = 'a catalog that uses everything'

/** Every kind of metric, points, coins and boards, 3 metrics listening, against as many counts, of which 3 listen. */
export const wholeCatalog: Study = studyOf(name, measure)

// Users are counted with one catalog, so each catalog has a database of its own.
function measure(lab: Lab): Promise<Figure> {
  return withSite(lab, fullSite => withSite(lab, plainSite => measureOn(lab, { fullSite, plainSite })))
}

async function measureOn(
  lab: Lab,
  { fullSite, plainSite }: { readonly fullSite: Site; readonly plainSite: Site },
): Promise<Figure> {
  const batchCount = lab.isQuick ? 5 : 15
  const rounds = await alternateCrews(lab, [
    { writers: [await writerOn(fullSite, full)], batchCount },
    { writers: [await writerOn(plainSite, plain)], batchCount },
  ])
  const comparison = compare(rounds, 0, 1)
  const unit = 'of the throughput with plain counts'
  return atLeast(0.7, { figure: name, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
}

async function writerOn(site: Site, catalog: CatalogSpec): Promise<WriterSpec> {
  await countUsers(serviceOn(site, catalog), users)
  await settle(site)
  const load = { seed: 1, users, part: 0, partCount: 1 }
  return { way: 'milepost', url: site.url, catalog, batchSize: 1_000, callerCount: 1, load }
}
