import { isMilepostError } from '../../core/values/errors.js'
import type { Authenticator } from '../auth/authenticate.js'
import { type Access, type CallerCredential, hasScope, judge } from '../auth/credential.js'
import { cronSecretCheck } from '../auth/cron-secret.js'
import type { OperationAccess } from '../contract/operation.js'
import { refusal } from '../problem/problem.js'
import type { Step } from './exchange.js'

/** How a server decides about access. */
export type AccessOptions = {
  /** Whether user tokens may read the leaderboard. */
  readonly leaderboard: boolean
  /** The secret of cron jobs. */
  readonly cronSecret: string | undefined
}

/** Lets allowed callers through. */
export function accessStep(authenticator: Authenticator, { leaderboard, cronSecret }: AccessOptions): Step {
  const isCronJob = cronSecretCheck(cronSecret)
  return async (exchange, next) => {
    const { operation, operationId, request, pathParams } = exchange
    const access = accessOf(operation.access, leaderboard)
    if (access === 'public') return next()
    if (operation.takesCronSecret && isCronJob(request)) {
      exchange.credential = cronJob
      return next()
    }
    const credential = await authenticator.authenticate(request, { inQuery: operationId === 'stream' })
    exchange.credential = credential
    switch (judge(access, credential, pathParams.userId)) {
      case 'allowed':
        return hasScope(credential, access.scope) ? next() : next().catch(hideMissing)
      case 'unknown':
        throw refusal('UNAUTHENTICATED', { headers: { 'www-authenticate': 'Bearer' } })
      case 'forbidden':
        throw refusal('FORBIDDEN')
      case 'hidden':
        // The same answer as for something that does not exist, so that the caller does not learn who exists.
        throw refusal('NOT_FOUND')
    }
  }
}

// Only of one request, for an operation that takes the secret.
const cronJob: CallerCredential = { type: 'host', scopes: new Set(['admin']), name: 'cron' }

// To a user, something missing from the catalog looks like something that is not their own.
function hideMissing(error: unknown): never {
  throw isMilepostError(error) && error.code === 'MILESTONE_NOT_FOUND' ? refusal('NOT_FOUND') : error
}

function accessOf(access: OperationAccess, leaderboard: boolean): Access {
  if (access === 'public') return access
  if (access.user === 'when-allowed') return { scope: access.scope, user: leaderboard ? 'any' : undefined }
  return { scope: access.scope, user: access.user }
}
