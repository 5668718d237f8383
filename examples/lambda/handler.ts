import { Hono } from 'hono'
import { handle } from 'hono/aws-lambda'
import { createMilestoneService } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import pg from 'pg'
import { catalog } from './catalog.js'

// A Lambda instance answers one request at a time, so it needs few connections.
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2, idleTimeoutMillis: 5_000 })
const service = createMilestoneService({ db, catalog })

// A real app verifies its session here, and never believes a header.
const userOf = (request: Request): string | null => request.headers.get('x-demo-user')

const server = createMilepostServer({
  service,
  db,
  basePath: '/badges',
  // Lambda stops the process between requests, so `cron` delivers webhooks.
  deliver: false,
  authorize: request => {
    const userId = userOf(request)
    return userId === null ? null : { userId }
  },
})

const app = new Hono()
app.all('/badges/*', c => server.handler(c.req.raw))

app.post('/lessons/:id/finished', async c => {
  const userId = userOf(c.req.raw)
  if (userId === null) return c.body(null, 401)
  const { awarded } = await service.record({ userId, category: 'lesson', itemKey: c.req.param('id') })
  return c.json({ awarded: awarded.map(({ id }) => id) })
})

export const handler = handle(app)

/** What a schedule calls every minute: sends webhooks that are due, and counts users of followed tables. */
export const cron = () => server.deliverOnce({ deadlineMs: 8_000 })
