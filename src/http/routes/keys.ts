import { createKey, deleteKey, listKeys, rotateKey } from '../../service/server/api-keys.js'
import { refusal } from '../problem/problem.js'
import type { ServerContext } from '../server/server-context.js'
import { actorOf, type Handlers } from './calls.js'
import { cutPage, placeAt } from './place-cursor.js'

/** Answers what makes, lists, rotates and revokes server keys. */
export function keyHandlers(context: ServerContext): Handlers<'createKey' | 'listKeys' | 'rotateKey' | 'deleteKey'> {
  return {
    createKey: ({ body, credential }) => {
      const { expiresAt, ...rest } = body
      const by = actorOf(credential)
      return createKey(context, { ...rest, by, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) })
    },
    listKeys: async ({ query: { limit, cursor } }) => {
      const place = placeAt(cursor, ['ms', 'text'])
      const after = place && { createdAt: new Date(place[0]), id: place[1] }
      const found = await listKeys(context, { limit: limit + 1, after })
      const { items, next } = cutPage(found, limit, ({ createdAt, id }) => [createdAt.getTime(), id])
      return { keys: items, next }
    },
    rotateKey: async ({ params, body, credential }) => {
      const rotated = await rotateKey(context, { ...body, id: params.id, by: actorOf(credential) })
      if (!rotated) throw refusal('NOT_FOUND')
      return rotated
    },
    deleteKey: async ({ params, query: { reason }, credential }) => {
      const deleted = await deleteKey(context, { id: params.id, by: actorOf(credential), reason })
      if (!deleted) throw refusal('NOT_FOUND')
      return new Response(null, { status: 204 })
    },
  }
}
