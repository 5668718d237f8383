import type { Badge } from '../../core/awards/badge.js'
import { badgeCategory, type Completion, checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import type { Session } from '../../store/database/session.js'
import { isKnownUser } from '../../store/progress/coins.js'
import { deleteCompletion, keyText } from '../../store/progress/completions.js'
import { writeAudit } from '../../store/progress/decisions.js'
import { readSettled } from '../../store/progress/folds.js'
import { markUndone } from '../../store/progress/undone.js'
import { announceAwards } from '../awards/announce-awards.js'
import { type Debts, debtsOf } from '../coins/balance.js'
import type { CallOptions, ServiceContext } from '../context/context.js'
import { renameFormer } from '../context/former-badges.js'
import { checkManualChange, type ManualChange } from '../context/manual-change.js'
import { beforeLine } from '../recount/folded.js'
import { settleUser } from '../recount/settle.js'
import { lockForWriting, write } from '../recount/write.js'

/** Identifies one completion. */
export type CompletionKey = { readonly userId: string; readonly category: string; readonly itemKey: string }

/** The result of an undo. */
export type UndoResult<Id extends string = string, Unlock extends string = string> =
  | {
      status: 'undone'
      /** As it was stored. */
      completion: Completion
      /** The revoked badges, sorted by date. */
      revoked: Badge<Id, Unlock>[]
      /** Coins that were spent before they were taken back, by currency. Missing if there are none. */
      debts?: Debts
    }
  | { status: 'not-found' }

/**
 * Undoes a completion as if it had never been recorded: metrics, points and levels follow, and badges that no
 * longer hold are revoked, unless their milestone's `onUndo` keeps them. If it is recorded again, it counts again.
 * @throws INPUT_INVALID; HISTORY_FOLDED if it was folded, or is from before the line up to which others were
 */
export async function undoCompletion(
  given: ServiceContext,
  options: CallOptions,
  { userId, category, itemKey, ...hand }: CompletionKey & ManualChange,
): Promise<UndoResult> {
  checkKey({ userId, category, itemKey })
  const manual = checkManualChange(hand)
  return write(given, options, async tx => {
    const result = await undoIn(given, tx, { userId, category, itemKey, ...manual })
    if (result.status === 'undone') return result
    // Refuses a user who was merged. The delete may have waited for the merge, and its own statement does not see that.
    await isKnownUser(tx, given.tables, userId)
    await requireUnfolded(given, tx, { userId, category, itemKey })
    return result
  })
}

/** A completion to undo, and the checked reason. */
export type Undoing = CompletionKey & { readonly reason: string; readonly by: string | null }

/** Undoes a completion inside a transaction. */
export async function undoIn(
  given: ServiceContext,
  tx: Session,
  { userId, category, itemKey, reason, by }: Undoing,
): Promise<UndoResult> {
  const { tables, now } = given
  const completion = await deleteCompletion(tx, tables, { userId, category, itemKey })
  if (!completion) return { status: 'not-found' }
  const locked = await lockForWriting(given, tx, [userId])
  const { context } = locked
  if (locked.users.get(userId)!.hasUndone)
    await requireUnfolded(given, tx, { userId, category, itemKey, at: completion.completedAt })
  await renameFormer(locked, tx, userId)
  const { revoked, awarded } = await settleUser(context, tx, { userId, undone: completion })
  const details = { category, itemKey, completedAt: completion.completedAt, revoked: revoked.map(({ id }) => id) }
  await markUndone(tx, tables, userId)
  await writeAudit(tx, tables, { userId, action: 'undo', reason, by, at: now(), details })
  announceAwards(given, tx, awarded)
  return { status: 'undone', completion, revoked: [...revoked], ...(await debtsOf(context, tx, userId)) }
}

// `at`: when a completion that is stored was done. One that was folded may have been stored again by the host itself.
async function requireUnfolded(
  { tables }: ServiceContext,
  tx: Session,
  { at, ...key }: CompletionKey & { readonly at?: Date },
): Promise<void> {
  const { until = null, isFolded = false } = (await readSettled(tx, tables, [key])).get(keyText(key)) ?? {}
  if (!until || !(isFolded || (at && at < until))) return
  throw beforeLine(`The completion ${JSON.stringify(`${key.category} ${key.itemKey}`)} is from`, { ...key, until })
}

function checkKey({ userId, category, itemKey }: CompletionKey): void {
  checkId('userId', userId)
  checkId('category', category)
  checkId('itemKey', itemKey)
  if (category === badgeCategory) throw invalid('category', 'is reserved for badges; use `revokeBadge`', category)
}
