import type { CompletionInput } from '../../core/users/completion.js'
import type { RecordResult } from '../../service/record/record.js'
import type { ServerContext } from '../server/server-context.js'
import { actorOf, type Handlers } from './calls.js'

/** Handles recording and undoing completions. */
export function completionHandlers({ service, metrics }: ServerContext): Handlers<'record' | 'undo'> {
  const count = (results: readonly RecordResult[]): void => {
    const recorded = results.filter(({ status }) => status === 'recorded')
    const awardCount = recorded.reduce((sum, { awarded }) => sum + awarded.length, 0)
    metrics.add('milepost_completions_total', { status: 'recorded' }, recorded.length)
    metrics.add('milepost_completions_total', { status: 'duplicate' }, results.length - recorded.length)
    metrics.add('milepost_awards_total', {}, awardCount)
  }
  return {
    record: async ({ body }) => {
      // Read by `readCompletions`, so the instants are dates already.
      const completions = body as unknown as CompletionInput | readonly CompletionInput[]
      if (isList(completions)) {
        const results = await service.record(completions)
        count(results)
        return { results }
      }
      const result = await service.record(completions)
      count([result])
      return result
    },
    undo: ({ params, query, body, credential }) => {
      const reason = body?.reason ?? query.reason ?? 'undone over HTTP'
      return service.undo(params, { reason, by: actorOf(credential) })
    },
  }
}

function isList<Item>(given: Item | readonly Item[]): given is readonly Item[] {
  return Array.isArray(given)
}
