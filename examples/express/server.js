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
const userOf = headers => new Headers(headers).get('x-demo-user')

const server = createMilepostServer({
  service,
  db,
  basePath: '/badges',
  authorize: ({ headers }) => {
    const userId = userOf(headers)
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

app.get('/', async (request, response) => {
  const userId = userOf(request.headers) ?? 'ann' // a browser sends no such header: show Ann
  const [{ earnedBadges, totalPoints, level }, next] = await Promise.all([
    service.getUserProgress(userId),
    service.whatNext(userId, { limit: 3 }),
  ])
  // The texts are those of your catalog. Escape what users write, such as their names.
  response.send(`<!doctype html>
    <title>Your badges</title>
    <h1>Your badges</h1>
    <p>Level ${level}, ${totalPoints} points</p>
    <ul>${earnedBadges.map(({ icon, name }) => `<li>${icon} ${name}</li>`).join('')}</ul>
    <h2>What next</h2>
    <ul>${next.map(({ title, text }) => `<li>${title}: ${text}</li>`).join('')}</ul>`)
})

const port = Number(process.env.PORT ?? 3000)
const listening = app.listen(port, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${port}`)
})

async function stop() {
  await server.close()
  listening.close(async () => {
    await service.close()
    await close()
  })
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop) // Ctrl-C
