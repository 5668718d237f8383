import type { Session } from '../../store/database/session.js'
import { begunWithin } from '../../store/database/transaction.js'
import { learnLayout } from '../../store/schema/layout.js'
import type { ServiceContext } from './context.js'

/**
 * Finds out where the tables are stored, with the first call of a service. `db`: what that call works with. Calls on the
 * service's own database wait for the same answer, so that they continue in their order.
 * @throws CONNECTION_BUSY if no connection comes free, as in a call outside of a transaction that holds the only one
 */
export async function learnLayoutWith({ tables, patienceMs, db: own }: ServiceContext, db: Session): Promise<void> {
  const { layout } = tables
  if (layout.isSpread !== null) return
  const learn = (): Promise<void> => begunWithin(patienceMs, begin => learnLayout(db, tables).then(begin))
  if (db !== own) return learn()
  layout.learning ??= learn().finally(() => {
    layout.learning = undefined
  })
  return layout.learning
}
