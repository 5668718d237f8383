import { randomUUID } from 'node:crypto'

/**
 * Returns the id for the log and the answer: the id that the request came with if it is a plain one, otherwise a new
 * one.
 */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id')
  return given !== null && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID()
}
