import pg from 'pg'
import { createMilepostServer } from '../../src/http.js'
import { createMilestoneService, parseCatalog } from '../../src/index.js'
import { argument, report } from '../support/worker-process.js'
import { allPorts } from './webhook-desk.js'

const { url } = argument<{ url: string }>()
const db = new pg.Pool({ connectionString: url })
const catalog = parseCatalog({
  milestones: [{ id: 'one', title: 'One', requirement: { type: 'count', category: 'lesson', target: 1 } }],
})
const service = createMilestoneService({ db, catalog })
const webhooks = { allowHttp: true, allowPrivate: true, ports: allPorts }
const server = createMilepostServer({ service, db, deliver: false, webhooks })
await server.deliverOnce()
await service.record({ userId: 'ann', category: 'lesson', itemKey: 'a' })
const pass = (): ReturnType<typeof server.deliverOnce> => server.deliverOnce({ deadlineMs: 60_000 })
let passed = await pass()
// An event waits for every transaction of the server that is older, also in the databases of other tests.
while (passed.deliveredCount === 0) passed = await pass()
report(passed)
// Nothing is closed but the pool: what is left must not keep the process alive.
await db.end()
