import type { Handlers } from '../calls.js'
import { openApiDocument } from '../openapi.js'
import { packageVersion } from '../package-version.js'

/** Answers what is about the server itself. */
export function serverHandlers(): Handlers<'getHealth' | 'getOpenApi'> {
  const version = packageVersion()
  let document: ReturnType<typeof openApiDocument> | undefined
  return {
    getHealth: () => ({ status: 'ok', version, timeZoneData: process.versions.tz ?? null }),
    getOpenApi: () => {
      document ??= openApiDocument(version)
      return document
    },
  }
}
