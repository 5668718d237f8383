import { callerOf } from '../auth/credential.js'
import { createRateLimiter, type RateLimit, type RateLimiter } from '../limits/rate-limit.js'
import { refusal } from '../problem/problem.js'
import type { ServerLimits } from '../server/server-options.js'
import type { Step } from './exchange.js'

const perCredential: RateLimit = { perSecond: 10_000, burst: 20_000 }
const perUser: RateLimit = { perSecond: 100, burst: 500 }

/** Limits the requests of each caller, and of each caller about one user. */
export function rateStep(limits: ServerLimits = {}): Step {
  const ofCaller = limiterOf(limits.perCredential, perCredential)
  const ofUser = limiterOf(limits.perUser, perUser)
  return async ({ credential, operation, pathParams: { userId } }, next) => {
    if (!credential) return next()
    const caller = callerOf(credential)
    const about = credential.type === 'user' ? credential.userId : userId
    const weight = credential.type === 'user' ? operation.weight : undefined
    const waitSeconds = ofCaller(caller) || (about === undefined ? 0 : ofUser(`${caller} ${about}`, weight))
    if (waitSeconds > 0) throw refusal('RATE_LIMITED', { headers: { 'retry-after': String(waitSeconds) } })
    return next()
  }
}

function limiterOf(given: RateLimit | false | undefined, standard: RateLimit): RateLimiter {
  return given === false ? () => 0 : createRateLimiter(given ?? standard)
}
