import { isOfUser } from '../auth/credential.js'
import type { ReadTurns } from '../server/read-turns.js'
import type { Step } from './exchange.js'

/** Lets reads, and all calls of users, through in turns. */
export function turnStep({ readTurns }: { readonly readTurns: ReadTurns }): Step {
  return async ({ credential, operation, request }, next) => {
    const isRead = operation.method === 'get' || operation.turn === 'read'
    const takesTurn = credential && operation.turn !== 'none' && (isRead || isOfUser(credential))
    return takesTurn ? readTurns.take({ credential, signal: request.signal }, next) : next()
  }
}
