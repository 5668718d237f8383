import type { Session } from '../../store/database/session.js'
import { type CallerCredential, callerOf, isOfUser } from '../auth/credential.js'
import { createTurns, type Turns } from '../limits/turns.js'

/** Shares a part of the connections in turns. */
export type ReadTurns = {
  readonly take: <Result>(turn: ReadTurn, work: () => Promise<Result>) => Promise<Result>
}

type ReadTurn = { readonly credential: CallerCredential | null; readonly signal?: AbortSignal | undefined }

/**
 * Makes turns for half of a database's connections; one user may use half of those. The other connections are for
 * recording and readiness.
 */
export function createReadTurns(db: Session): ReadTurns {
  const atOnce = half(db.connectionCount)
  const turns: Turns = createTurns({ atOnce })
  return {
    take: ({ credential, signal }, work) => {
      const isUser = credential !== null && isOfUser(credential)
      const caller = credential === null ? '' : callerOf(credential)
      return turns.take({ caller, atOnce: isUser ? half(atOnce) : atOnce, signal }, work)
    },
  }
}

function half(count: number): number {
  return Math.max(1, Math.floor(count / 2))
}
