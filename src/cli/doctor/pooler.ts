import type { Session } from '../../store/database/session.js'
import { readBackend } from '../../store/reports/setup.js'
import { doubtful, type Finding, fine } from './finding.js'

/**
 * Finds out whether a pooler gives each transaction another connection. Two clients are open at the same time: on a
 * server, or a pooler in session mode, each has a backend of its own.
 */
export async function poolerFinding(one: Session, other: Session): Promise<Finding> {
  const [first, second] = [await readBackend(one), await readBackend(other)]
  if (first !== second) return fine('pooler', 'none, or one in session mode')
  return doubtful(
    'pooler',
    'a pooler in transaction mode: two clients shared one connection',
    'Pass preparedStatements: false to createMilestoneService, and --prepare false to milepost serve. Run milepost migrate on the direct address.',
  )
}
