import { packageVersion } from '../../core/values/version.generated.js'
import { docsPage } from '../docs/docs-page.js'
import { openApiDocument } from '../docs/openapi.js'
import { type DeliverReport, defaultDeadlineMs } from '../server/run-due.js'
import type { ServerContext } from '../server/server-context.js'
import type { Call, Handlers } from './calls.js'
import { createReadinessReader } from './readiness.js'

/** Answers what is about the server itself. */
export function serverHandlers(
  context: ServerContext,
): Handlers<
  | 'deliverOnce'
  | 'deliverOnceByGet'
  | 'getHealth'
  | 'getReadiness'
  | 'getMetrics'
  | 'getOpenApi'
  | 'getOpenApi30'
  | 'getDocs'
> {
  const { metrics, options, outgoing } = context
  const version = packageVersion
  const document = once(() => openApiDocument(version, options.basePath))
  const document30 = once(() => openApiDocument(version, options.basePath, '3.0.3'))
  const readReadiness = createReadinessReader(context)
  const page = once(() => docsPage(document()))
  const deliverOnce = ({ query }: Pick<Call<'deliverOnce'>, 'query'>): Promise<DeliverReport> =>
    outgoing.deliverOnce(query.deadlineMs ?? defaultDeadlineMs)
  return {
    deliverOnce,
    deliverOnceByGet: deliverOnce,
    getHealth: () => ({ status: 'ok', version, timeZoneData: process.versions.tz ?? null }),
    getReadiness: async () => {
      const readiness = await readReadiness()
      const status = readiness.status === 'ready' ? 200 : 503
      const headers = { 'content-type': 'application/json', ...(status === 503 && { 'retry-after': '5' }) }
      return new Response(JSON.stringify(readiness), { status, headers })
    },
    getMetrics: async () =>
      new Response(await metrics.text(), { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } }),
    getOpenApi: () => document(),
    getOpenApi30: () => document30(),
    getDocs: () => {
      const { html, policy } = page()
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }
      return new Response(html, { headers })
    },
  }
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => {
    made ??= make()
    return made
  }
}
