import type { CompiledCatalog } from '../../core/awards/compile.js'
import { milestoneOf } from '../../core/awards/compile.js'
import { type HistoryCount, type HistoryCounter, startCount } from '../../core/awards/count-history.js'
import { compareInTime } from '../../core/awards/replay.js'
import type { Countable } from '../../core/metrics/metric.js'
import type { Calendar } from '../../core/time/calendar.js'
import { aheadLimitMs, type Completion } from '../../core/users/completion.js'
import type { Database } from '../../store/database/database.js'
import { type HistoryRow, keyText, readHistory } from '../../store/progress/completions.js'
import { type Holdings, readHoldings } from '../../store/progress/holdings.js'
import { readGained } from '../../store/progress/ledger.js'
import { breathe } from '../context/breath.js'
import type { CountingContext } from '../context/context.js'
import { namedToday } from '../context/former-badges.js'
import { countStart, dividedRow, historyScope, startUser } from './count-users.js'
import type { UserCount } from './user-count.js'

/** A change to what is stored of a locked user: the same history is counted as it was before, and as it is now. */
export type StoredChange = {
  readonly userId: string
  /** A completion that this transaction deleted. */
  readonly undone?: Completion | undefined
  /** Completions that were undone formerly and that this transaction stored again, by {@link keyText}. */
  readonly redone?: ReadonlySet<string> | undefined
  /** How the user's days ran before. */
  readonly calendarBefore?: ((holdings: Holdings) => Calendar) | undefined
}

/** What one user's history comes to now, and what it came to before a change. */
export type CountBothWays = UserCount & {
  /** With every badge judged that was not given by hand. */
  readonly before: HistoryCount
  /** What completions bring by themselves now. */
  readonly completionPoints: number
  /** The completion that was deleted, with what it brought. */
  readonly undone: Countable | null
}

/** Counts one user as before a change and as now, in one walk over the history. Writes nothing. */
export async function countBothWays(
  context: CountingContext,
  tx: Database,
  { userId, undone, redone, calendarBefore }: StoredChange,
): Promise<CountBothWays> {
  const { compiled, tables } = context
  const scope = { userIds: [userId], parts: 'all', withCalendar: true, withLedger: true } as const
  const named = namedToday(context, await readHoldings(tx, tables, scope))
  const holdings = named.holdings.get(userId)!
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
      await breathe()
    }
  }
  const { counter, ...counted } = user
  const { points } = holdings.ledger.completionPoints
  const moved = counted.changes.reduce((sum, change) => sum + change.points, 0)
  const completionPoints = points - (deleted?.points ?? 0) + moved
  return { ...counted, count: counter.finish(), before: before.finish(), completionPoints, undone: deleted }
}

type BeforeCounter = Pick<HistoryCounter, 'finish'> & { readonly add: (row: HistoryRow) => void }

// Puts a completion in its place that is not stored any more.
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

// What was given by hand rests on nothing, and what the catalog does not know is not judged.
function judgeable(compiled: CompiledCatalog, { badges, givenByHand }: Holdings): ReadonlySet<string> {
  const ids = badges.map(({ id }) => id)
  return new Set(ids.filter(id => !givenByHand.has(id) && milestoneOf(compiled, id)))
}

// As the history leaves out rows of the host that lie ahead.
function isCounted({ completedAt, recordedAt }: Completion): boolean {
  return completedAt.getTime() <= recordedAt.getTime() + aheadLimitMs
}
