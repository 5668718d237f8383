import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createMilestoneService, migrate } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { openPglite } from 'milepost/pglite'
import { catalog } from './catalog.js'

const { db, close } = await openPglite('.milepost')
await migrate(db)
const service = createMilestoneService({ db, catalog })

// A real app asks its session here, and never believes a header.
const userOf = request => request.headers.get('x-demo-user')

const server = createMilepostServer({
  service,
  db,
  basePath: '/badges',
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

const listening = serve(
  { fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' },
  ({ port }) => {
    console.log(`listening on http://127.0.0.1:${port}`)
  },
)

process.once('SIGTERM', async () => {
  await server.close()
  listening.close(async () => {
    await service.close()
    await close()
  })
})
