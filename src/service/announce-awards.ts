import type { BadgesByUser } from './award.js'
import type { Award, CallOptions, ServiceContext } from './context.js'
import { isInCallersTransaction } from './write.js'

/** Lists badges newly held as awards. */
export function awardsIn(awarded: BadgesByUser): Award[] {
  return [...awarded].flatMap(([userId, badges]) => badges.map(badge => ({ userId, badge })))
}

/** Tells the listeners of awards that our own transaction has committed; a caller's may still roll back. */
export function announceAwards({ announce }: ServiceContext, options: CallOptions, awarded: BadgesByUser): void {
  if (!isInCallersTransaction(options)) announce(awardsIn(awarded))
}
