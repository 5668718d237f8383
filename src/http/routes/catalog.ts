import { parseCatalog } from '../../core/catalog/catalog.js'
import type { ServerContext } from '../server/server-context.js'
import { actorOf, type Call, type Handlers } from './calls.js'
import { asEvents, wantsEvents } from './progress-events.js'

/** Answers what is about the catalog. */
export function catalogHandlers({ service, readTurns }: ServerContext): Handlers<'getCatalog' | 'plan' | 'apply'> {
  return {
    getCatalog: async () => {
      const { version, fingerprint, appliedAt, own, atStart, definition } = await service.getCatalog()
      return {
        version,
        fingerprint,
        appliedAt,
        own,
        atStart,
        definition: definition as { readonly [key: string]: unknown },
      }
    },
    plan: call => {
      const { catalog: given, policy, exampleLimit } = call.body
      const catalog = parseCatalog(given)
      const options = { ...(policy && { policy }), ...(exampleLimit !== undefined && { exampleLimit }) }
      const { credential, request } = call
      // Its turn lasts as long as its events.
      const plan = (more: Parameters<typeof service.plan>[1]) =>
        readTurns.take({ credential, signal: request.signal }, () => service.plan(catalog, { ...options, ...more }))
      if (!wantsEvents(request)) return plan({})
      return asEvents(call, ({ tell, requireReader }) =>
        plan({
          onProgress: progress => {
            // If the client has left, a plan stops, but an apply continues.
            requireReader()
            tell(progress)
          },
        }),
      )
    },
    apply: call => {
      const catalog = parseCatalog(call.body.catalog)
      const options = applyOptions(call)
      if (!wantsEvents(call.request)) return service.apply(catalog, options)
      return asEvents(call, ({ tell }) => service.apply(catalog, { ...options, onProgress: tell }))
    },
  }
}

function applyOptions({ body: { policy, acceptFolded, notify, reason }, credential }: Call<'apply'>) {
  return {
    ...(policy && { policy }),
    ...(acceptFolded !== undefined && { acceptFolded }),
    ...(notify !== undefined && { notify }),
    ...(reason !== undefined && { reason }),
    by: actorOf(credential),
  }
}
