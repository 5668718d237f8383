import { setTimeout as rest } from 'node:timers/promises'
import { cpuMs, postgresCpuMs } from '../cpu-time.js'
import { type Figure, withoutTarget } from '../figure.js'
import { usualCatalog, usualUsers, withKnownUsers } from '../known-users.js'
import { type Lab, type Site, serviceOn } from '../lab.js'
import { createLoad, userIdOf } from '../load.js'
import { median } from '../median.js'
import type { Study } from '../study.js'

const names = [
  'CPU of a completion, one call each',
  'CPU of a completion, in batches of 1,000',
  'CPU of a new user with a badge',
  'CPU of a progress page',
] as const

/** What calls cost in the process that makes them and in Postgres: the base of docs/sizing.md. */
export const cpuCost: Study = { names, measure: lab => withKnownUsers(lab, site => measureOn(lab, site)) }

async function measureOn(lab: Lab, site: Site): Promise<readonly Figure[]> {
  const service = serviceOn(site, usualCatalog)
  const load = createLoad({ seed: 1, users: usualUsers, part: 0, partCount: 1 })
  const size = lab.isQuick ? 1 : 4
  let startsAt = Date.UTC(2026, 0, 1)
  const batches = (batchCount: number, batchSize: number) => {
    startsAt += 3_600_000
    return load.batches(new Date(startsAt), { batchCount, batchSize })
  }
  let userCount = usualUsers.count
  const newUsers = (count: number) =>
    Array.from({ length: count }, () => {
      const completion = { category: 'lesson', itemKey: 'first', metadata: { score: 100, minutes: 10 } }
      return { userId: userIdOf(userCount++), ...completion, completedAt: new Date(startsAt) }
    })
  const works: readonly (readonly [count: number, prepare: (count: number) => () => Promise<unknown>])[] = [
    [
      1_000 * size,
      count => {
        const all = batches(count, 1).flatMap(({ completions }) => completions)
        return () => oneByOne(all, completion => service.record(completion))
      },
    ],
    [
      10_000 * size,
      count => {
        const all = batches(count / 1_000, 1_000).map(({ completions }) => completions)
        return () => oneByOne(all, batch => service.record(batch))
      },
    ],
    [
      1_000 * size,
      count => {
        const all = newUsers(count)
        return () => oneByOne(all, completion => service.record(completion))
      },
    ],
    [
      1_000 * size,
      count => {
        const userIds = Array.from({ length: count }, (_, i) => userIdOf(i * 7))
        return () => oneByOne(userIds, userId => service.getUserProgress(userId))
      },
    ],
  ]
  const figures: Figure[] = []
  for (const [i, [count, prepare]] of works.entries()) {
    const costs = []
    for (let round = 0; round < 6; round += 1) {
      lab.tell(`${names[i]}, round ${round + 1} of 6`)
      costs.push(await costOf(site, count, prepare(count)))
    }
    // The first round plans statements and compiles code.
    costs.shift()
    const [app, postgres] = [median(costs.map(cost => cost.app)), median(costs.map(cost => cost.postgres))]
    const detail = `${Math.round(app)} µs in the process, ${Math.round(postgres)} µs in Postgres; median of 5 rounds`
    figures.push(withoutTarget({ figure: names[i]!, value: Math.round(app + postgres), unit: 'µs', detail }))
  }
  return figures
}

async function costOf(site: Site, count: number, work: () => Promise<unknown>) {
  const before = { app: cpuMs(), postgres: await postgresCpuMs(site.pool) }
  await work()
  // What Postgres does a moment later, such as writing its log, belongs to it.
  await rest(300)
  const [app, postgres] = [cpuMs() - before.app, (await postgresCpuMs(site.pool)) - before.postgres]
  return { app: (app * 1_000) / count, postgres: (postgres * 1_000) / count }
}

async function oneByOne<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (const item of items) await work(item)
}
