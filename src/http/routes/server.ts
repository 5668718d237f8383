import type { Handlers } from '../calls.js'
import { openApiDocument } from '../openapi.js'
import { packageVersion } from '../package-version.js'
import type { ServerContext } from '../server-context.js'

/** Answers what is about the server itself. */
export function serverHandlers({ metrics }: ServerContext): Handlers<'getHealth' | 'getOpenApi' | 'getMetrics'> {
  const version = packageVersion()
  let document: ReturnType<typeof openApiDocument> | undefined
  return {
    getHealth: () => ({ status: 'ok', version, timeZoneData: process.versions.tz ?? null }),
    getMetrics: async () =>
      new Response(await metrics.text(), { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } }),
    getOpenApi: () => {
      document ??= openApiDocument(version)
      return document
    },
  }
}
