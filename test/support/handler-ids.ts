import { operations } from '../../src/http/contract/operations.js'
import { handlersOf } from '../../src/http/handlers.js'
import type { ServerContext } from '../../src/http/server-context.js'

/** Lists handlers that no operation names: what they do could not be called. */
export function handlerIdsWithoutOperation(): readonly string[] {
  const context = { options: {}, metrics: { gauge: () => {} } } as unknown as ServerContext
  return Object.keys(handlersOf(context)).filter(id => !(id in operations))
}
