import { parseCatalog } from '../../core/catalog/catalog.js'
import type { ApplyOptions, ApplyReport } from '../../service/catalog/count-by-version.js'
import type { CatalogPlan, PlanOptions } from '../../service/catalog/plan.js'
import type { ServerContext } from '../server/server-context.js'
import { actorOf, type Call, type Handlers } from './calls.js'
import { asEvents, wantsEvents } from './progress-events.js'

/** Answers what is about the catalog. */
export function catalogHandlers(context: ServerContext): Handlers<'getCatalog' | 'plan' | 'apply'> {
  const { service } = context
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
      const catalog = parseCatalog(call.body.catalog)
      return planned(context, call, options => service.plan(catalog, options))
    },
    apply: call => {
      const catalog = parseCatalog(call.body.catalog)
      return applied(call, options => service.apply(catalog, options))
    },
  }
}

/** Answers a plan, or its progress. Its turn lasts as long as its events. */
export function planned(
  { readTurns }: ServerContext,
  call: Call<'plan' | 'planItems'>,
  plan: (options: PlanOptions) => Promise<CatalogPlan>,
): Promise<CatalogPlan> | Response {
  const { credential, request, body } = call
  const { policy, exampleLimit } = body
  const options = { ...(policy && { policy }), ...(exampleLimit !== undefined && { exampleLimit }) }
  const inTurn = (more: PlanOptions): Promise<CatalogPlan> =>
    readTurns.take({ credential, signal: request.signal }, () => plan({ ...options, ...more }))
  if (!wantsEvents(request)) return inTurn({})
  return asEvents(call, ({ tell, requireReader }) =>
    inTurn({
      onProgress: progress => {
        // If the client has left, a plan stops, but an apply continues.
        requireReader()
        tell(progress)
      },
    }),
  )
}

/** Answers a report, or the progress until then. */
export function applied(
  call: Call<'apply' | 'setItems'>,
  apply: (options: ApplyOptions) => Promise<ApplyReport>,
): Promise<ApplyReport> | Response {
  const { policy, acceptFolded, notify, reason } = call.body
  const options = {
    ...(policy && { policy }),
    ...(acceptFolded !== undefined && { acceptFolded }),
    ...(notify !== undefined && { notify }),
    ...(reason !== undefined && { reason }),
    by: actorOf(call.credential),
  }
  if (!wantsEvents(call.request)) return apply(options)
  return asEvents(call, ({ tell }) => apply({ ...options, onProgress: tell }))
}
