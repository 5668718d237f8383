// One program for every runtime: records, reads and answers over HTTP, on PGlite and on a Postgres server.
import { createMilestoneService, defineCatalog, migrate } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { openPglite } from 'milepost/pglite'
import pg from 'pg'

const catalog = defineCatalog({
  milestones: [
    {
      id: 'first',
      title: 'First',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { points: 5 },
    },
    { id: 'third', title: 'Third', requirement: { type: 'count', category: 'lesson', target: 3 } },
  ],
})

async function tried(db, userId = 'ann') {
  const lesson = itemKey => ({ userId, category: 'lesson', itemKey })
  await migrate(db)
  const service = createMilestoneService({ db, catalog })
  const server = createMilepostServer({ service, db, authorize: () => ({ name: 'smoke', scopes: ['read'] }) })
  const single = await service.record(lesson('a'))
  const batch = await service.record([lesson('b'), lesson('b'), lesson('c')])
  const request = new Request(`http://localhost/v1/users/${userId}/progress`)
  const answer = await server.handler(request)
  const { totalPoints, completedMilestones } = await answer.json()
  const problems = await service.verify()
  await server.close()
  await service.close()
  return {
    single: single.awarded.map(({ id }) => id),
    batch: batch.map(({ status, awarded }) => [status, ...awarded.map(({ id }) => id)]),
    http: { status: answer.status, totalPoints, completedMilestones },
    problems,
  }
}

const embedded = await openPglite()
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
const answers = { pglite: await tried(embedded.db), pg: await tried(pool) }
if (globalThis.Bun) {
  const sql = new globalThis.Bun.SQL(process.env.DATABASE_URL)
  answers.bun = await tried(sql, 'bob')
  await sql.end()
}
console.log(JSON.stringify(answers))
await pool.end()
await embedded.close()
