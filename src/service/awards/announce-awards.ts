import type { Session } from '../../store/database/session.js'
import { afterCommit } from '../../store/database/transaction.js'
import type { Award, ServiceContext } from '../context/context.js'
import type { BadgesByUser } from './award.js'

/** Lists newly held badges as awards. */
export function awardsIn(awarded: BadgesByUser): Award[] {
  return [...awarded].flatMap(([userId, badges]) => badges.map(badge => ({ userId, badge })))
}

/**
 * Calls the listeners of awards after our own transaction has committed. In a caller's transaction no listener is
 * called, since it may still roll back.
 */
export function announceAwards({ announce }: ServiceContext, tx: Session, awarded: BadgesByUser): void {
  afterCommit(tx, () => announce(awardsIn(awarded)))
}
