import { alternate, compare, type Side } from '../alternation.js'
import { type CatalogSpec, category } from '../catalogs.js'
import { atMost, type Figure } from '../figure.js'
import { insertHistory, type Lab, type Site, serviceOn, settle, turnsOf, withSite } from '../lab.js'
import { userIdOf } from '../load.js'
import { type Study, studyOf } from '../study.js'
import { timesDetail } from '../wording.js'

const catalog: CatalogSpec = { milestoneCount: 10, metricCount: 3 }
const historySize = 100_000
const users = { first: 0, count: 1 }
const userId = userIdOf(0)

const name = 'recount of 100,000 completions'

/** `checkAndAwardMilestones` of a user with 100,000 completions against reading those rows and summing them in JavaScript. */
export const recount: Study = studyOf(name, measure)

function measure(lab: Lab): Promise<Figure> {
  return withSite(lab, async site => {
    await insertHistory(site, { users, rowCount: historySize })
    await settle(site)
    const service = serviceOn(site, catalog)
    const sides = [timed(() => service.checkAndAwardMilestones(userId)), timed(() => sumWithSql(site))]
    const comparison = compare(await alternate(sides, turnsOf(lab)), 0, 1)
    const unit = 'times as long as by hand'
    return atMost(2, { figure: name, value: 1 / comparison.ratio, unit, detail: timesDetail(comparison) })
  })
}

function timed(call: () => Promise<unknown>): Side {
  return async () => {
    const startedAt = performance.now()
    await call()
    return 1000 / (performance.now() - startedAt)
  }
}

type Sums = { count: number; minutes: number; best: number; lastAt: Date | null }
type Row = { readonly metadata: { readonly score: number; readonly minutes: number }; readonly completed_at: Date }

async function sumWithSql({ pool }: Site): Promise<Sums> {
  const { rows } = await pool.query<Row>(
    `select * from milepost.user_progress where user_id = $1 and category = $2 order by completed_at`,
    [userId, category],
  )
  const sums: Sums = { count: 0, minutes: 0, best: 0, lastAt: null }
  for (const { metadata, completed_at } of rows) {
    sums.count += 1
    sums.minutes += metadata.minutes
    sums.best = Math.max(sums.best, metadata.score)
    sums.lastAt = completed_at
  }
  if (sums.count !== historySize) throw new Error(`${sums.count} rows were read`)
  return sums
}
