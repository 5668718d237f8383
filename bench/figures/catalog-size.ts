import { compare } from '../alternation.js'
import type { CatalogSpec } from '../catalogs.js'
import { alternateCrews } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { countUsers } from '../known-users.js'
import { type Lab, type Site, serviceOn, settle, withSite } from '../lab.js'
import { type Study, studyOf } from '../study.js'
import { ratesDetail } from '../wording.js'
import type { WriterSpec } from '../writer.js'

const small: CatalogSpec = { milestoneCount: 10, metricCount: 3 }
const large: CatalogSpec = { milestoneCount: 2_000, metricCount: 200 }
const users = { first: 0, count: 20_000 }

const name = '2,000 milestones'

/** 2,000 milestones over 200 metrics, 3 of which listen, against 10 milestones. */
export const catalogSize: Study = studyOf(name, measure)

// Users are counted with one catalog, so each catalog has a database of its own.
function measure(lab: Lab): Promise<Figure> {
  return withSite(lab, largeSite => withSite(lab, smallSite => measureOn(lab, { largeSite, smallSite })))
}

async function measureOn(
  lab: Lab,
  { largeSite, smallSite }: { readonly largeSite: Site; readonly smallSite: Site },
): Promise<Figure> {
  const batchCount = lab.isQuick ? 5 : 15
  const rounds = await alternateCrews(lab, [
    { writers: [await writerOn(largeSite, large)], batchCount },
    { writers: [await writerOn(smallSite, small)], batchCount },
  ])
  const comparison = compare(rounds, 0, 1)
  const unit = 'of the throughput with 10 milestones'
  return atLeast(0.9, { figure: name, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
}

async function writerOn(site: Site, catalog: CatalogSpec): Promise<WriterSpec> {
  await countUsers(serviceOn(site, catalog), users)
  await settle(site)
  const load = { seed: 1, users, part: 0, partCount: 1 }
  return { way: 'milepost', url: site.url, catalog, batchSize: 1_000, callerCount: 1, load }
}
