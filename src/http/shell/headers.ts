/** What every answer says to browsers: no guessing of types, no frames, nothing loaded, nobody told where a reader came from. */
const always: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
]

const nothingLoaded = "default-src 'none'; frame-ancestors 'none'"

/** Adds the headers of every answer. What an answer says by itself stands. */
export function addHeaders(headers: Headers, requestId: string): void {
  for (const [name, value] of always) headers.set(name, value)
  headers.set('x-request-id', requestId)
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', nothingLoaded)
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}
