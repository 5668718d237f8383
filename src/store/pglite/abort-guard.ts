import type { PGlite } from '@electric-sql/pglite'
import { MilepostError } from '../../core/values/errors.js'

/** The exit status with which PGlite's Postgres reports an ordinary SQL error (`POSTGRES_MAIN_LONGJMP`). */
const sqlErrorStatus = 100

/** Returns what crashed the instance, if anything did. */
export type AbortGuard = { fault(): unknown }

/**
 * Makes an instance fail at once with `DATABASE_ABORTED` after its Postgres has crashed (`Aborted`, a stack overflow,
 * an exit). PGlite 0.5 swallows such errors: the statement seems to succeed but stores nothing, a later one may commit,
 * and the next one blocks the event loop forever. `onStatement` is called after each successful message.
 */
export function guardAgainstAborts(client: PGlite, onStatement: () => void): AbortGuard {
  let fault: unknown
  const refuseIfBroken = () => {
    if (fault !== undefined) throw aborted(fault)
  }
  const module = client.Module
  const runOnce = module._PostgresMainLoopOnce
  module._PostgresMainLoopOnce = () => {
    try {
      runOnce()
    } catch (error) {
      if ((error as { status?: number }).status !== sqlErrorStatus) fault ??= error
      throw error
    }
  }
  // PGlite catches everything the loop throws, calls this, and tries again forever. This is the way out.
  const restore = module.stackRestore
  module.stackRestore = pointer => {
    refuseIfBroken()
    return restore(pointer)
  }
  const send = client.execProtocolRawSync.bind(client)
  client.execProtocolRawSync = message => {
    refuseIfBroken()
    try {
      const answer = send(message)
      onStatement()
      return answer
    } catch (error) {
      // SQL errors do not arrive here; they are part of the answer.
      fault ??= error
      throw aborted(fault)
    }
  }
  return { fault: () => fault }
}

function aborted(fault: unknown): MilepostError {
  const reason = fault instanceof Error ? fault.message : String(fault)
  const message = `The embedded database crashed (${reason}) and accepts no more calls. Close it and open it again. Committed data in the folder is kept.`
  return new MilepostError('DATABASE_ABORTED', message, { cause: fault })
}
