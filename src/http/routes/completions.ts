import type { Handlers } from '../calls.js'
import { doerOf } from '../calls.js'
import type { ServerContext } from '../server-context.js'

/** Answers what records completions and takes them back. */
export function completionHandlers({ service }: ServerContext): Handlers<'recordCompletions' | 'undoCompletion'> {
  return {
    recordCompletions: async ({ body }) => {
      if (Array.isArray(body)) return { results: await service.record(body.map(withDate)) }
      return service.record(withDate(body))
    },
    undoCompletion: ({ params, query, body, credential }) => {
      const reason = body?.reason ?? query.reason ?? 'undone over HTTP'
      return service.undo(params, { reason, by: doerOf(credential) })
    },
  }
}

function withDate<Given extends { readonly completedAt?: string | undefined }>({ completedAt, ...rest }: Given) {
  return { ...rest, ...(completedAt !== undefined && { completedAt: new Date(completedAt) }) }
}
