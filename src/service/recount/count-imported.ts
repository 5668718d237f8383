import type { NewCompletion } from '../../core/users/completion.js'
import type { Session } from '../../store/database/session.js'
import { keyText } from '../../store/progress/completions.js'
import { uncounted } from '../../store/progress/standings.js'
import type { ServiceContext } from '../context/context.js'
import type { Locked } from '../context/locked.js'
import { recountUsers } from './recount.js'
import { lockForWriting } from './write.js'

/** Users that were locked, and what this transaction stored of each. */
type Recording = { readonly locked: Locked; readonly byUser: ReadonlyMap<string, readonly NewCompletion[]> }

/**
 * Counts imported completions of locked users that are not counted yet, without the users' new completions. The badges
 * they earn are from long ago, so no events are sent and no new completion is named as their cause. Returns the users'
 * rows as they are afterwards.
 */
export async function countImported(
  given: ServiceContext,
  tx: Session,
  { locked, byUser }: Recording,
): Promise<Locked> {
  const waiting = [...byUser].filter(([userId]) => locked.users.get(userId)!.countedWith === uncounted)
  if (waiting.length === 0) return locked
  await recountUsers(
    locked.context,
    tx,
    waiting.map(([userId, fresh]) => ({ userId, fresh: [], without: new Set(fresh.map(keyText)) })),
    { isSilent: true },
  )
  return lockForWriting(given, tx, [...byUser.keys()])
}
