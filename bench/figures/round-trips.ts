import { drizzle } from 'drizzle-orm/node-postgres'
import { createMilestoneService, type Database, type MilestoneService } from 'milepost'
import { catalogOf, category, scoreStep } from '../catalogs.js'
import { type DistantSite, withDistance } from '../distant-site.js'
import { atMost, type Figure } from '../figure.js'
import { usualCatalog, withKnownUsers } from '../known-users.js'
import type { Lab } from '../lab.js'
import { userIdOf } from '../load.js'
import { openPool } from '../pool.js'
import { type Study, studyOf } from '../study.js'

const name = "round trips in the host's transaction"

/** How often `record` waits for the database, counted on the wire, for a user who has been counted before. */
export const roundTrips: Study = studyOf(name, measure)

function measure(lab: Lab): Promise<Figure> {
  return withKnownUsers(lab, site =>
    withDistance(site, async distant => {
      const counts = await countOn(distant)
      const detail = `${counts.crossing} with a badge; outside a transaction ${counts.alone}, with a badge ${counts.aloneCrossing}`
      return atMost(3, { figure: name, value: counts.inHosts, unit: 'round trips, nothing crossed', detail })
    }),
  )
}

type Counts = Readonly<Record<'inHosts' | 'crossing' | 'alone' | 'aloneCrossing', number>>

async function countOn(site: DistantSite): Promise<Counts> {
  const pool = openPool(site.url)
  try {
    const db = drizzle(pool)
    const call = callsOf(createMilestoneService({ db, catalog: catalogOf(usualCatalog) }))
    const counted = async (make: () => Promise<void>): Promise<number> => {
      const before = await site.roundTripCount()
      await make()
      return (await site.roundTripCount()) - before
    }
    // What a new connection and a new service send once is not counted.
    await db.transaction(tx => call(1, { db: tx }))
    await call(1)
    return {
      inHosts: await db.transaction(tx => counted(() => call(1, { db: tx }))),
      crossing: await db.transaction(tx => counted(() => call(scoreStep, { db: tx }))),
      alone: await counted(() => call(1)),
      aloneCrossing: await counted(() => call(2 * scoreStep)),
    }
  } finally {
    await pool.end()
  }
}

type Call = (score: number, options?: { readonly db: Database }) => Promise<void>

/** Makes calls for one user, whose score reaches a badge with each hundred. */
function callsOf(service: MilestoneService): Call {
  let made = 0
  return async (score, options) => {
    made += 1
    const completion = { userId: userIdOf(1), category, itemKey: `counted-${made}`, metadata: { score, minutes: 1 } }
    const { awarded } = await service.record(completion, options)
    if (awarded.length !== (score < scoreStep ? 0 : 1))
      throw new Error(`A score of ${score} earned ${awarded.length} badges`)
  }
}
