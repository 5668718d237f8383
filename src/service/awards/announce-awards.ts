import type { Database } from '../../store/database/database.js'
import { afterCommit } from '../../store/database/transaction.js'
import type { Award, ServiceContext } from '../context/context.js'
import type { BadgesByUser } from './award.js'

/** Lists badges newly held as awards. */
export function awardsIn(awarded: BadgesByUser): Award[] {
  return [...awarded].flatMap(([userId, badges]) => badges.map(badge => ({ userId, badge })))
}

/** Tells the listeners of awards once our own transaction has committed; a caller's may still roll back. */
export function announceAwards({ announce }: ServiceContext, tx: Database, awarded: BadgesByUser): void {
  afterCommit(tx, () => announce(awardsIn(awarded)))
}
