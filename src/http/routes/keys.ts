import { createKey, deleteKey, listKeys, rotateKey } from '../../service/api-keys.js'
import { doerOf, type Handlers } from '../calls.js'
import { refusal, refusedPlace } from '../problem.js'
import type { ServerContext } from '../server-context.js'

/** Answers what makes, lists, rotates and revokes server keys. */
export function keyHandlers(context: ServerContext): Handlers<'createKey' | 'listKeys' | 'rotateKey' | 'deleteKey'> {
  return {
    createKey: ({ body, credential }) => {
      const { expiresAt, ...rest } = body
      const by = doerOf(credential)
      return createKey(context, { ...rest, by, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) })
    },
    listKeys: async ({ query: { limit, cursor } }) => {
      const after = cursor === undefined ? undefined : placeOf(cursor)
      // One more tells whether there is another page.
      const found = await listKeys(context, { limit: limit + 1, after })
      const keys = found.slice(0, limit)
      return { keys, next: found.length > limit ? cursorOf(keys.at(-1)!) : null }
    },
    rotateKey: async ({ params, body, credential }) => {
      const { overlapSeconds } = body ?? {}
      const rotated = await rotateKey(context, { id: params.id, by: doerOf(credential), overlapSeconds })
      if (!rotated) throw refusal('NOT_FOUND')
      return rotated
    },
    deleteKey: async ({ params, credential }) => {
      const deleted = await deleteKey(context, { id: params.id, by: doerOf(credential) })
      if (!deleted) throw refusal('NOT_FOUND')
      return new Response(null, { status: 204 })
    },
  }
}

type Place = { readonly id: string; readonly createdAt: Date }

function cursorOf({ createdAt, id }: Place): string {
  return Buffer.from(JSON.stringify([createdAt.getTime(), id])).toString('base64url')
}

function placeOf(cursor: string): Place {
  const parts = partsOf(cursor)
  const [ms, id] = Array.isArray(parts) ? (parts as readonly unknown[]) : []
  const isPlace =
    Number.isSafeInteger(ms) &&
    Math.abs(ms as number) < 8.64e15 &&
    typeof id === 'string' &&
    /^key_[\w-]{1,40}$/.test(id)
  if (!isPlace) throw refusedPlace('/cursor', 'is no cursor of this list; give the `next` of the page before')
  return { createdAt: new Date(ms as number), id: id as string }
}

function partsOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}
