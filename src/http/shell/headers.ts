/** Headers of every answer for browsers: no type guessing, no frames, no loading of other files, no referrer. */
const always: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
]

const nothingLoaded = "default-src 'none'; frame-ancestors 'none'"

/** Adds the headers of every answer. Headers that an answer already has are kept. */
export function addHeaders(headers: Headers, requestId: string): void {
  for (const [name, value] of always) headers.set(name, value)
  headers.set('x-request-id', requestId)
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', nothingLoaded)
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}
