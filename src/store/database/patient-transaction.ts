import { retried } from './retry.js'
import type { Session } from './session.js'
import { inTransaction } from './transaction.js'

const patienceMs = 15_000

/**
 * Runs a write that concerns no user in a transaction of our own, again while another one holds its rows.
 * @throws USER_BUSY if they are still held after 15 seconds; DATABASE_FAILED
 */
export function patientTransaction<Result>(db: Session, work: (tx: Session) => Promise<Result>): Promise<Result> {
  return retried(patienceMs, () => inTransaction(db, 'write', work))
}
