import { MilepostError } from '../../core/values/errors.js'
import { pause } from '../../store/database/retry.js'
import type { Session } from '../../store/database/session.js'
import type { Tables } from '../../store/schema/tables.js'
import { isAnyOpen, type OpenWriters } from '../../store/users/open-writers.js'

const firstPauseMs = 5
const longestPauseMs = 200

/** Waits until transactions have ended. @throws USER_BUSY if one of them is still open after `patienceMs` */
export async function untilEnded(
  db: Session,
  tables: Tables,
  { open, patienceMs }: { readonly open: OpenWriters; readonly patienceMs: number },
): Promise<void> {
  if (open.transactions.length === 0) return
  const until = performance.now() + patienceMs
  for (let pauseMs = firstPauseMs; await isAnyOpen(db, tables, open); pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    if (performance.now() > until) throw stillOpen()
    await pause(pauseMs)
  }
}

function stillOpen(): MilepostError {
  const message =
    'A transaction that began before this call is still open. What was done so far stays in effect. Call again to finish once that transaction has ended.'
  return new MilepostError('USER_BUSY', message)
}
