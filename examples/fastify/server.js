import Fastify from 'fastify'
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

const app = Fastify()

await app.register(async badges => {
  // Milepost reads its own bodies, so nothing may read them before.
  badges.removeAllContentTypeParsers()
  badges.addContentTypeParser('*', (_request, _body, done) => done(null))
  const handle = toNodeHandler(server)
  badges.all('/badges/*', (request, reply) => {
    reply.hijack()
    handle(request.raw, reply.raw)
  })
})

app.post('/lessons/:id/finished', async (request, reply) => {
  const userId = userOf(request.headers)
  if (userId === null) return reply.code(401).send()
  const { awarded } = await service.record({ userId, category: 'lesson', itemKey: request.params.id })
  return { awarded: awarded.map(({ id }) => id) }
})

// Fastify waits for all answers before `onClose`, and a live stream never ends by itself.
app.addHook('preClose', () => server.close())
app.addHook('onClose', async () => {
  await service.close()
  await close()
})
process.once('SIGTERM', () => app.close())

const address = await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })
console.log(`listening on ${address}`)
