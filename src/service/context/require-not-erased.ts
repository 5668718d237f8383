import type { Session } from '../../store/database/session.js'
import { readErased } from '../../store/users/erasures.js'
import type { ServiceContext } from './context.js'
import { userErased } from './user-erased.js'

/** Refuses a write about an erased user of whom nothing is stored. @throws USER_ERASED */
export async function requireNotErased({ tables }: ServiceContext, tx: Session, userId: string): Promise<void> {
  if ((await readErased(tx, tables, [userId])).size > 0) throw userErased([userId])
}
