import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { createMilepostServer } from '../../src/http.js'
import { createMilestoneService, parseCatalog } from '../../src/index.js'
import { toNodeHandler } from '../../src/node.js'
import { argument, receive, report } from '../support/worker-process.js'

/** What the server tells of itself. */
export type SoakReport = { readonly address: string } | { readonly heapMb: number; readonly connectionCount: number }

const goal = (id: string, requirement: object, reward: object = { points: 10 }) => ({
  id,
  title: id,
  requirement,
  reward,
})
const catalog = parseCatalog({
  levels: { every: 100 },
  points: [{ category: 'lesson', points: 1, cap: { per: 'day', points: 50 } }],
  milestones: [
    goal('ten', { type: 'count', category: 'lesson', target: 10 }),
    goal('week', { type: 'streak', category: 'lesson', every: 'day', target: 7 }),
    goal('busy', { type: 'count', category: 'lesson', target: 20, within: 'PT1H' }),
    goal('rich', { type: 'points', target: 200 }, {}),
    { ...goal('dozens', { type: 'count', category: 'lesson', target: 12 }), repeatable: {} },
  ],
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const pool = new pg.Pool({ connectionString: argument<{ url: string }>().url, max: 8 })
const db = drizzle(pool)
const service = createMilestoneService({ db, catalog })
await service.apply(catalog)
const limits = { perCredential: false, perUser: false } as const
const server = createMilepostServer({ service, db, limits, authorize: () => ({ scopes: ['admin'] }) })
const listening = createServer(toNodeHandler(server)).listen(0, '127.0.0.1')
await once(listening, 'listening')
report({ address: `http://127.0.0.1:${(listening.address() as AddressInfo).port}` } satisfies SoakReport)
for (;;) {
  await receive()
  collectGarbage()
  const heapMb = process.memoryUsage().heapUsed / 1_000_000
  report({ heapMb, connectionCount: pool.totalCount } satisfies SoakReport)
}
