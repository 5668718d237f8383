import type { CompiledCatalog } from '../../core/awards/compile.js'
import { decide, stateOf } from '../../core/awards/decide.js'
import type { CountedRow } from '../../core/awards/fold.js'
import { wholePart } from '../../core/metrics/metric.js'
import { decimalFromNumber } from '../../core/values/decimal.js'
import type { Session } from '../../store/database/session.js'
import { type Holdings, refusedIn } from '../../store/progress/holdings.js'
import { readTallies, type Tallied, type TallyScope, tallyLimit } from '../../store/progress/tallies.js'
import { userCalendar } from '../context/calendar.js'
import type { CountingContext } from '../context/context.js'
import { hasBlockedLong, yieldToEventLoop } from '../context/yield-to-event-loop.js'
import type { UserCount } from './user-count.js'

/**
 * Counts users without reading their history, if the database alone can count every metric of the catalog. Returns the
 * users to whom nothing is due. Completions never lower such a metric, so a requirement that does not hold at the end
 * never held. When something is due, only the history, in order of time, shows since when; such users are not in the
 * result, nor are users with points under a cap, because these are shared out by time, nor users of whom completions were
 * folded.
 */
export async function tallyUsers(
  context: CountingContext,
  tx: Session,
  holdings: ReadonlyMap<string, Holdings>,
): Promise<ReadonlyMap<string, UserCount>> {
  const { compiled, tables } = context
  const scopes = scopesOf(compiled)
  if (scopes === null) return new Map()
  const userIds = [...holdings].filter(([, { ledger, fold }]) => !ledger.hasOffers && !fold).map(([userId]) => userId)
  if (userIds.length === 0) return new Map()
  const tallies = scopes.length > 0 ? await readTallies(tx, tables, { userIds, scopes }) : noTallies
  const names = [...compiled.metrics.keys()]
  const counts = new Map<string, UserCount>()
  for (const userId of userIds) {
    const rows = countedRows(names, tallies.get(userId) ?? [])
    const count = settled(context, { userId, holdings: holdings.get(userId)!, rows })
    if (count) counts.set(userId, count)
    if (hasBlockedLong()) await yieldToEventLoop()
  }
  return counts
}

const noTallies: ReadonlyMap<string, readonly Tallied[]> = new Map()

function scopesOf({ metrics }: CompiledCatalog): readonly TallyScope[] | null {
  if (metrics.size > tallyLimit) return null
  const scopes = [...metrics.values()].flatMap(({ categories, tally }) => (tally ? [{ categories, ...tally }] : []))
  return scopes.length === metrics.size ? scopes : null
}

function countedRows(names: readonly string[], tallies: readonly Tallied[]): readonly CountedRow[] {
  return tallies.flatMap(({ count, lastAt }, i) => {
    if (lastAt === null) return []
    return { metric: names[i]!, part: wholePart, row: { value: decimalFromNumber(count), lastAt } }
  })
}

// The state before new completions is only needed for users who have some, and those are not counted here.
const unasked = stateOf({})
const noneJudged: UserCount['count']['judged'] = new Map()
const noneEarly: ReadonlySet<string> = new Set()

type Tally = Pick<UserCount, 'userId' | 'holdings'> & { readonly rows: readonly CountedRow[] }

function settled(context: CountingContext, { userId, holdings, rows }: Tally): UserCount | null {
  const { compiled } = context
  const calendar = userCalendar(context, holdings)
  const state = stateOf({
    badges: holdings.badges,
    completionPoints: holdings.ledger.completionPoints.points,
    reserved: refusedIn(holdings),
    values: new Map(rows.map(({ metric, row }) => [metric, row.value])),
    calendar,
    repeatableIds: compiled.repeatableIds,
  })
  if (decide(compiled, state, compiled.milestones).length > 0) return null
  return {
    userId,
    holdings,
    calendar,
    count: { rows, due: [], judged: noneJudged, early: noneEarly },
    changes: [],
    stateBefore: unasked,
  }
}
