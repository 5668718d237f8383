import type { PGlite } from '@electric-sql/pglite'
import { MilepostError } from '../../core/values/errors.js'

/** The exit status by which PGlite's Postgres reports an ordinary SQL error (`POSTGRES_MAIN_LONGJMP`). */
const sqlErrorStatus = 100

/** Tells what brought the instance down, once something has. */
export type AbortGuard = { fault(): unknown }

/**
 * Makes an instance whose Postgres broke down (`Aborted`, a stack overflow, an exit) fail at once from then on, with
 * `DATABASE_ABORTED`. PGlite 0.5 swallows such faults: the statement seems to succeed and stores nothing, a later one may
 * commit, and the next one blocks the event loop for ever. `onStatement` is called after each message that went well.
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
  // PGlite catches whatever the loop throws, calls this, and tries again without end: here is the way out.
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
      // SQL errors do not come this way: they are part of the answer.
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
