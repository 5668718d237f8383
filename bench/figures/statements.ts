import { drizzle } from 'drizzle-orm/node-postgres'
import { createMilestoneService, type MilestoneService } from 'milepost'
import type pg from 'pg'
import { bestMilestoneId, type CatalogSpec, catalogOf, category, scoreStep } from '../catalogs.js'
import { atMost, type Figure } from '../figure.js'
import { insertHistory, type Lab, type Site, withSite } from '../lab.js'
import { userIdOf } from '../load.js'
import { openPool } from '../pool.js'
import { type Study, studyOf } from '../study.js'

/** What a recount reads at once. */
const historyPageSize = 5_000

const catalogs: readonly CatalogSpec[] = [
  { milestoneCount: 10, metricCount: 3 },
  { milestoneCount: 2_000, metricCount: 200 },
]

type Call = {
  readonly name: string
  readonly target: number
  /** Prepares the data and makes the call for a user. Returns the ids of the badges it should award. */
  readonly prepare: (site: Site, user: number) => Promise<void>
  readonly make: (service: MilestoneService, userId: string) => Promise<void>
}

const calls: readonly Call[] = [
  { name: 'statements of record', target: 7, prepare: async () => {}, make: recordFirst },
  { name: 'statements of getUserProgress', target: 1, prepare: storeHistory, make: readProgress },
  { name: 'statements of checkAndAwardMilestones', target: 9, prepare: storeHistory, make: checkAndAward },
]

/** How many statements a call sends, the most over catalogs of 10 and of 2,000 milestones; BEGIN and COMMIT not counted. */
export const statements: readonly Study[] = calls.map(call => studyOf(call.name, lab => measure(lab, call)))

async function measure(lab: Lab, call: Call): Promise<Figure> {
  const counts: number[] = []
  for (const catalog of catalogs) counts.push(await withSite(lab, site => countOn(site, catalog, call)))
  const detail = `${counts[0]} with 10 milestones, ${counts[1]} with 2,000`
  return atMost(call.target, { figure: call.name, value: Math.max(...counts), unit: 'statements', detail })
}

async function countOn(site: Site, catalog: CatalogSpec, call: Call): Promise<number> {
  await call.prepare(site, 1)
  const { pool, sent } = listeningPool(site.url)
  try {
    const service = createMilestoneService({ db: drizzle(pool), catalog: catalogOf(catalog) })
    await call.make(service, userIdOf(1))
    return sent.filter(text => !/^\s*(begin|commit)\b/i.test(text)).length
  } finally {
    await pool.end()
  }
}

/** A pool that notes the text of everything that its connections send. */
function listeningPool(url: string): { readonly pool: pg.Pool; readonly sent: readonly string[] } {
  const sent: string[] = []
  const pool = openPool(url)
  pool.on('connect', client => {
    const send = client.query.bind(client) as (...args: unknown[]) => unknown
    const listening = (...args: unknown[]): unknown => {
      const [statement] = args
      sent.push(typeof statement === 'string' ? statement : (statement as { readonly text: string }).text)
      return send(...args)
    }
    Object.assign(client, { query: listening })
  })
  return { pool, sent }
}

// A new user, whose first completion earns a badge: the most work that recording can have.
async function recordFirst(service: MilestoneService, userId: string): Promise<void> {
  const { awarded } = await service.record({
    userId,
    category,
    itemKey: 'first',
    metadata: { score: scoreStep, minutes: 10 },
  })
  if (awarded.map(({ id }) => id).join() !== bestMilestoneId(1))
    throw new Error('The completion did not earn its badge')
}

async function readProgress(service: MilestoneService, userId: string): Promise<void> {
  await service.getUserProgress(userId)
}

// A user whom only the host knows, with a badge due: the most that a recount has to do.
async function checkAndAward(service: MilestoneService, userId: string): Promise<void> {
  const awarded = await service.checkAndAwardMilestones(userId)
  if (awarded.length === 0) throw new Error('No badge was due')
}

/** A full page of history, its last completion bringing a badge. */
async function storeHistory(site: Site, user: number): Promise<void> {
  await insertHistory(site, { users: { first: user, count: 1 }, rowCount: historyPageSize - 1 })
  await site.pool.query(
    `insert into milepost.user_progress (user_id, category, item_key, metadata) values ($1, $2, 'best', $3)`,
    [userIdOf(user), category, { score: scoreStep }],
  )
}
