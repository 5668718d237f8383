import { checkId } from '../../core/users/completion.js'
import { writeAudit } from '../../store/progress/decisions.js'
import { insertFreeze } from '../../store/users/freezes.js'
import { announceAwards } from '../awards/announce-awards.js'
import type { CallOptions, ServiceContext } from '../context/context.js'
import { checkManualChange, type ManualChange } from '../context/manual-change.js'
import { recountUsers } from '../recount/recount.js'
import { lockForWriting, write } from '../recount/write.js'

/** A streak freeze to grant. */
export type GrantFreezeInput = ManualChange & {
  /** Identifies the freeze, such as the id of a purchase. The same key again changes nothing. */
  readonly key: string
}

/** A streak freeze that was granted. */
export type StreakFreeze = { userId: string; key: string; grantedAt: Date }

/** The result of granting a streak freeze. `duplicate`: this key was granted before, and nothing changed. */
export type GrantFreezeResult = { status: 'granted' | 'duplicate'; freeze: StreakFreeze }

/**
 * Grants a streak freeze, once per key: it is used for the first period that is missed from now on in a streak that has
 * freezes. @throws INPUT_INVALID
 */
export async function grantFreeze(
  given: ServiceContext,
  options: CallOptions,
  { userId, key, ...input }: GrantFreezeInput & { readonly userId: string },
): Promise<GrantFreezeResult> {
  checkId('userId', userId)
  checkId('itemKey', key, { field: 'key' })
  const hand = checkManualChange(input)
  return write(given, options, async tx => {
    const { context } = await lockForWriting(given, tx, [userId])
    const { tables } = context
    const at = given.now()
    const { stored, isNew } = await insertFreeze(tx, tables, { userId, key, at })
    const freeze = { userId, key, grantedAt: stored.at }
    if (!isNew) return { status: 'duplicate', freeze }
    await writeAudit(tx, tables, { userId, action: 'grant-streak-freeze', ...hand, at, details: { key } })
    // A completion may be dated after now, by the clock of another server.
    if (context.compiled.hasFreezes) announceAwards(given, tx, await recountUsers(context, tx, [{ userId, fresh: [] }]))
    return { status: 'granted', freeze }
  })
}
