import type { FastifyInstance } from 'fastify'
import { toNodeHandler } from 'milepost/node'
import { handleBadges } from './routes.js'

const handle = toNodeHandler({ handler: handleBadges })

/** Mounts the page and the HTTP API at /badges. It is a plugin of its own because Milepost reads bodies itself. */
export async function badges(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  for (const url of ['/badges', '/badges/*']) {
    app.all(url, (request, reply) => {
      reply.hijack()
      handle(request.raw, reply.raw)
    })
  }
}
