import { createMilestoneService, migrate, parseCatalog } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { atMost, type Figure } from '../figure.js'
import { type Lab, type Site, settle, withSite } from '../lab.js'
import { median } from '../median.js'
import type { Study } from '../study.js'
import { short } from '../wording.js'

const name = 'search of a user by a part of a name, with indexes'
const callCount = 50

/** Finding one of many users in Studio, by a part of an attribute and of an id. */
export const userSearch: Study = {
  names: [name],
  measure: lab => withSite(lab, site => measureSearch(lab, site, lab.isQuick ? 100_000 : 1_000_000)),
}

async function measureSearch(lab: Lab, site: Site, userCount: number): Promise<readonly Figure[]> {
  lab.tell(`storing ${userCount} users`)
  await fill(site, userCount)
  const server = createMilepostServer({
    service: createMilestoneService({ db: site.pool, catalog: parseCatalog({ milestones: [] }) }),
    db: site.pool,
    authorize: () => ({ scopes: ['admin'] }),
  })
  const search = async (text: string): Promise<number> => {
    const startedAt = performance.now()
    const response = await server.handler(
      new Request(`http://bench/v1/studio/users?search=${encodeURIComponent(text)}&limit=20`),
    )
    const { users } = (await response.json()) as { users: readonly object[] }
    if (users.length === 0) throw new Error(`Nobody was found by ${text}`)
    return performance.now() - startedAt
  }
  const times = async (count: number): Promise<number[]> => {
    const found: number[] = []
    for (let i = 0; i < count; i++) found.push(await search(`person ${(i * 7_919) % userCount}`))
    return found
  }
  const before = median(await times(3))
  lab.tell('making the indexes')
  await migrate(site.pool, { search: true })
  const after = median(await times(callCount))
  await server.close()
  const detail = `${userCount.toLocaleString('en')} users with a name each; without indexes ${short(before)} ms`
  return [atMost(50, { figure: name, value: after, unit: 'ms', detail })]
}

async function fill(site: Site, userCount: number): Promise<void> {
  await site.pool.query(
    `insert into milepost.user_standings (user_id, points, badge_count, reached_at, counted_with)
      select md5(n::text), 30, 2, now(), '' from generate_series(0, $1::int) as n`,
    [userCount],
  )
  await site.pool.query(
    `insert into milepost.user_attributes (user_id, name, value)
      select md5(n::text), 'name', 'Person ' || n from generate_series(0, $1::int) as n`,
    [userCount],
  )
  await settle(site)
}
