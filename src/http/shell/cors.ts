import { invalid } from '../../core/values/invalid.js'
import type { MilepostServerOptions } from '../server/server-options.js'

/** Adds the headers that let pages of listed origins read answers. */
export type Cors = {
  readonly allow: (request: Request, headers: Headers) => void
  /** Answers a browser's preflight request: the methods of an address, and the allowed headers. */
  readonly allowCall: (request: Request, headers: Headers, methods: string) => void
}

const taken = 'Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-Request-Id'
const exposedHeaders = 'ETag, Link, Retry-After, X-Request-Id, Idempotent-Replayed'
const keptSeconds = '600'

/**
 * Lets pages of these origins call, and no others. Cookies are never credentials, so they are not allowed. @throws
 * INPUT_INVALID
 */
export function corsFor({ origins }: NonNullable<MilepostServerOptions['cors']> = { origins: [] }): Cors {
  for (const origin of origins) checkOrigin(origin)
  const listed = new Set(origins)
  const allow = (request: Request, headers: Headers): boolean => {
    if (listed.size === 0) return false
    headers.append('vary', 'Origin')
    const origin = request.headers.get('origin')
    if (origin === null || !listed.has(origin)) return false
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-expose-headers', exposedHeaders)
    return true
  }
  return {
    allow,
    allowCall: (request, headers, methods) => {
      const isAsked = request.headers.has('access-control-request-method')
      if (!isAsked || !listed.has(request.headers.get('origin') ?? '')) return
      headers.set('access-control-allow-methods', methods)
      headers.set('access-control-allow-headers', taken)
      headers.set('access-control-max-age', keptSeconds)
    },
  }
}

function checkOrigin(origin: string): void {
  const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin
  if (!isOrigin) throw invalid('cors.origins', 'contains an invalid origin; write each as https://app.example', origin)
}
