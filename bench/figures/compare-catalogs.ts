import { compare } from '../alternation.js'
import type { CatalogSpec } from '../catalogs.js'
import { alternateCrews } from '../crew.js'
import { atLeast, type Figure } from '../figure.js'
import { countUsers } from '../known-users.js'
import { type Lab, type Site, serviceOn, settle, withSite } from '../lab.js'
import { ratesDetail } from '../wording.js'
import type { WriterSpec } from '../writer.js'

/** A figure that compares recording with one catalog to recording with another. */
export type CatalogComparison = {
  readonly figure: string
  /** What the ratio should be at least. */
  readonly target: number
  readonly unit: string
  readonly measured: CatalogSpec
  readonly base: CatalogSpec
}

const users = { first: 0, count: 20_000 }

/** Records batches of 1,000 with each of two catalogs by turns. Users are counted with one catalog, so each has a database of its own. */
export function compareCatalogs(
  lab: Lab,
  { figure, target, unit, measured, base }: CatalogComparison,
): Promise<Figure> {
  const batchCount = lab.isQuick ? 5 : 15
  return withSite(lab, measuredSite =>
    withSite(lab, async baseSite => {
      const rounds = await alternateCrews(lab, [
        { writers: [await writerOn(measuredSite, measured)], batchCount },
        { writers: [await writerOn(baseSite, base)], batchCount },
      ])
      const comparison = compare(rounds, 0, 1)
      return atLeast(target, { figure, value: comparison.ratio, unit, detail: ratesDetail(comparison) })
    }),
  )
}

async function writerOn(site: Site, catalog: CatalogSpec): Promise<WriterSpec> {
  await countUsers(serviceOn(site, catalog), users)
  await settle(site)
  const load = { seed: 1, users, part: 0, partCount: 1 }
  return { way: 'milepost', url: site.url, catalog, batchSize: 1_000, callerCount: 1, load }
}
