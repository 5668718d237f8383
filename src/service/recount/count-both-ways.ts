import type { CompiledCatalog } from '../../core/awards/compile.js'
import { milestoneOf } from '../../core/awards/compile.js'
import { type HistoryCount, type HistoryCounter, startCount } from '../../core/awards/count-history.js'
import { pointsIn } from '../../core/awards/divide-offers.js'
import { compareInTime } from '../../core/awards/replay.js'
import type { Countable } from '../../core/metrics/metric.js'
import type { Calendar } from '../../core/time/calendar.js'
import { aheadLimitMs, type Completion } from '../../core/users/completion.js'
import type { Session } from '../../store/database/session.js'
import { type HistoryRow, keyText, readHistory } from '../../store/progress/completions.js'
import { type Holdings, readHoldings, without } from '../../store/progress/holdings.js'
import { readGained } from '../../store/progress/ledger.js'
import type { CountingContext } from '../context/context.js'
import { namedToday } from '../context/former-badges.js'
import { hasBlockedLong, yieldToEventLoop } from '../context/yield-to-event-loop.js'
import { countStart, dividedRow, historyScope, startUser } from './count-users.js'
import type { UserCount } from './user-count.js'

/**
 * A change to what is stored of a locked user. The same history is counted twice: as it was before and as it is now.
 */
export type StoredChange = {
  readonly userId: string
  /** A completion that this transaction deleted. */
  readonly undone?: Completion | undefined
  /** Points that this transaction will give or take away. */
  readonly adjustment?: { readonly points: number } | undefined
  /** Keys ({@link keyText}) of completions that were undone earlier and that this transaction stored again. */
  readonly redone?: ReadonlySet<string> | undefined
  /** The user's calendar before the change. */
  readonly calendarBefore?: ((holdings: Holdings) => Calendar) | undefined
}

/** The result of counting one user's history now, and the result before a change. */
export type CountBothWays = UserCount & {
  /** Judges every badge that was not awarded manually. */
  readonly before: HistoryCount
  /** The points that completions themselves are worth now. */
  readonly completionPoints: number
  /** The completion that was deleted, with the points it was worth. */
  readonly undone: Countable | null
}

/** Counts one user before a change and now, reading the history once. Writes nothing. */
export async function countBothWays(
  context: CountingContext,
  tx: Session,
  { userId, undone, adjustment, redone, calendarBefore }: StoredChange,
): Promise<CountBothWays> {
  const { compiled, tables } = context
  const withFreezes = compiled.hasFreezes
  const scope = { userIds: [userId], parts: 'all', withCalendar: true, withFreezes, withLedger: true } as const
  const named = namedToday(context, await readHoldings(tx, tables, scope))
  // A badge with a limit that the user does not hold supports nothing, even if it is due.
  const holdings = without(named.holdings.get(userId)!, compiled.limits.keys())
  const user = startUser(context, { userId, fresh: [] }, holdings)
  const deleted = undone && isCounted(undone) ? { ...undone, points: await readGained(tx, tables, undone) } : null
  const before = withDeleted(
    startCount(compiled, {
      ...countStart(holdings, calendarBefore?.(holdings) ?? user.calendar),
      judging: { judged: judgeable(compiled, holdings), keepsAll: true },
    }),
    deleted,
  )
  for await (const page of readHistory(tx, tables, { userIds: [userId], ...historyScope(compiled, [holdings]) })) {
    for (const row of page) {
      if (!redone?.has(keyText(row))) before.add(row)
      user.counter.add(dividedRow(user, row))
      if (hasBlockedLong()) await yieldToEventLoop()
    }
  }
  const { counter, ...counted } = user
  const { points } = holdings.ledger.completionPoints
  const moved = pointsIn(counted.changes)
  const completionPoints = points - (deleted?.points ?? 0) + (adjustment?.points ?? 0) + moved
  return { ...counted, count: counter.finish(), before: before.finish(), completionPoints, undone: deleted }
}

type BeforeCounter = Pick<HistoryCounter, 'finish'> & { readonly add: (row: HistoryRow) => void }

// Counts a deleted completion at its old place in the history.
function withDeleted(counter: HistoryCounter, deleted: Countable | null): BeforeCounter {
  let left = deleted
  return {
    add: row => {
      if (left && compareInTime(left, row) < 0) {
        counter.add(left)
        left = null
      }
      counter.add(row)
    },
    finish: () => {
      if (left) counter.add(left)
      return counter.finish()
    },
  }
}

// A badge awarded manually rests on nothing, and a badge that the catalog does not know cannot be judged.
function judgeable(compiled: CompiledCatalog, { badges, awardedManually }: Holdings): ReadonlySet<string> {
  const ids = badges.map(({ id }) => id)
  return new Set(ids.filter(id => !awardedManually.has(id) && milestoneOf(compiled, id)))
}

// The history skips rows inserted by the host that lie in the future, so a deleted completion must be skipped in the
// same way.
function isCounted({ completedAt, recordedAt }: Completion): boolean {
  return completedAt.getTime() <= recordedAt.getTime() + aheadLimitMs
}
