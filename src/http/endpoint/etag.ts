import { createHash } from 'node:crypto'

/** Names the contents of an answer: equal texts, equal tags. */
export function etagOf(text: string): string {
  return `"${createHash('sha1').update(text).digest('base64url')}"`
}

/** Returns whether the client already has these contents, by `If-None-Match` (RFC 9110, section 13.1.2). */
export function hasAlready(request: Request, etag: string): boolean {
  const header = request.headers.get('if-none-match')
  if (header === null) return false
  return header.trim() === '*' || header.split(',').some(tag => tag.trim().replace(/^W\//, '') === etag)
}
