import type { ServerContext } from '../server/server-context.js'
import type { Handlers } from './calls.js'
import { asEvents, wantsEvents } from './progress-events.js'

/** Answers what is about folding old completions. */
export function foldingHandlers({ service }: ServerContext): Handlers<'foldCompletions'> {
  return {
    foldCompletions: call => {
      const { before: given, ...options } = call.body
      const before = new Date(given)
      if (!wantsEvents(call.request)) return service.foldCompletions(before, options)
      return asEvents(call, ({ tell }) => service.foldCompletions(before, { ...options, onProgress: tell }))
    },
  }
}
