import { type CallerCredential, callerOf, hasIdentity, isOfUser } from '../auth/credential.js'
import { problemOf, problemResponse, refusal } from '../problem/problem.js'
import type { ServerContext } from '../server/server-context.js'
import type { Exchange, Step } from './exchange.js'
import { createOncePerKey, idempotencyKeyOf, type KeyedCall } from './idempotency.js'

const unnamed =
  'An Idempotency-Key belongs to one caller, and this caller has no name. Let `authorize` return a `name`, or leave the header out.'
/** How many answers of a user are stored, because a page only repeats its last calls. */
const keptPerUser = 50
const noBytes = new Uint8Array()

/** Does calls once per Idempotency-Key, if they have no natural key of their own. */
export function idempotencyStep({ db, tables, onError }: ServerContext): Step {
  const oncePerKey = createOncePerKey(db, tables, onError)
  return async (exchange, next) => {
    const { request, requestId, operation, credential } = exchange
    if (operation.method === 'get') return next()
    const key = idempotencyKeyOf(request.headers)
    if (key === undefined) throw refusal('IDEMPOTENCY_KEY_INVALID')
    if (key === null || !operation.isIdempotent || !credential) return next()
    if (!hasIdentity(credential) && operation.isRepeatable) return next()
    if (!hasIdentity(credential)) throw refusal('IDEMPOTENCY_KEY_INVALID', { detail: unnamed })
    const work = (): Promise<Response> => next().catch(error => problemResponse(problemOf(error), requestId))
    const answer = await oncePerKey(keyedCall(exchange, key, credential), work)
    switch (answer.status) {
      case 'other-call':
        throw refusal('IDEMPOTENCY_KEY_REUSED')
      case 'running':
        throw refusal('IDEMPOTENCY_IN_FLIGHT', { headers: { 'retry-after': '1' } })
      default:
        return answer.response
    }
  }
}

function keyedCall({ request, operation, bytes }: Exchange, key: string, credential: CallerCredential): KeyedCall {
  const { pathname, search } = new URL(request.url)
  const { method, path: route, idleAnswer } = operation
  const idle = idleAnswer && JSON.stringify(idleAnswer)
  return {
    ...{ key, method, route, target: `${pathname}${search}`, body: bytes ?? noBytes },
    caller: callerOf(credential),
    keptCount: isOfUser(credential) ? keptPerUser : undefined,
    isIdle: body => body === idle,
  }
}
