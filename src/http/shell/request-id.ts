import { randomUUID } from 'node:crypto'

/** Gives the id under which a request is logged and answered: the one it came with, where that is a plain one, else a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id')
  return given !== null && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID()
}
