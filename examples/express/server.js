import express from 'express'
import { createMilestoneService, migrate } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { toNodeHandler } from 'milepost/node'
import { openPglite } from 'milepost/pglite'
import { catalog } from './catalog.js'

const { db, close } = await openPglite('.milepost')
await migrate(db)
const service = createMilestoneService({ db, catalog })

// A real app asks its session here, and never believes a header.
const userOf = headers => headers['x-demo-user'] ?? null

const server = createMilepostServer({
  service,
  db,
  basePath: '/badges',
  authorize: ({ headers }) => {
    const userId = userOf(Object.fromEntries(headers))
    return userId === null ? null : { userId }
  },
})

const app = express()
// Before anything that parses bodies: Milepost reads its own.
app.use('/badges', toNodeHandler(server))

app.post('/lessons/:id/finished', async (request, response) => {
  const userId = userOf(request.headers)
  if (userId === null) return response.status(401).end()
  const { awarded } = await service.record({ userId, category: 'lesson', itemKey: request.params.id })
  response.json({ awarded: awarded.map(({ id }) => id) })
})

const listening = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${listening.address().port}`)
})

process.once('SIGTERM', async () => {
  await server.close()
  listening.close(async () => {
    await service.close()
    await close()
  })
})
