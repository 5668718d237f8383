import type { CompiledCatalog } from '../../core/awards/compile.js'
import { crossesAny, pointsCrossAny } from '../../core/awards/decide.js'
import { pointsIn } from '../../core/awards/divide-offers.js'
import { compareInTime } from '../../core/awards/replay.js'
import { laterOf } from '../../core/awards/standing.js'
import {
  foldAmount,
  type Metric,
  type MetricRow,
  type PlainFold,
  type SteppedCounting,
  wholePart,
} from '../../core/metrics/metric.js'
import { utcCalendar } from '../../core/time/calendar.js'
import type { Decimal } from '../../core/values/decimal.js'
import type { Session } from '../../store/database/session.js'
import {
  type OwnedRow,
  type Raise,
  type Raising,
  raiseMetrics,
  writeSteppedRows,
} from '../../store/progress/metrics.js'
import type { CountingContext } from '../context/context.js'
import type { FreshCompletion, FreshUser } from '../recount/fresh-user.js'

/** A user with a metric or points that reached or passed a target. */
export type CrossingUser = FreshUser & {
  /** The names of all metrics that changed. */
  readonly raised: ReadonlySet<string>
}

/** The users of a batch, sorted by what happened to their metrics. */
export type RaisedUsers = {
  readonly crossing: readonly CrossingUser[]
  /** Users who crossed no target: they get only the points that their completions themselves are worth. */
  readonly others: readonly FreshUser[]
  /** Users with a metric in doubt: nothing of theirs was changed, and only their history can decide. */
  readonly doubtful: readonly FreshUser[]
}

/**
 * Adds new completions to the metrics that count them and returns which users crossed a target. The work for one
 * completion depends only on the number of metrics in its category.
 */
export async function raiseUsers(
  context: CountingContext,
  tx: Session,
  users: readonly FreshUser[],
): Promise<RaisedUsers> {
  const { compiled } = context
  const counted = users.map(user => ({ user, counted: countUser(compiled.metricsByCategory, user) }))
  const doubtful = counted.filter(({ counted }) => counted === null).map(({ user }) => user)
  const certain = counted.filter((item): item is CountedUser => item.counted !== null)
  const crossedIds = await storeCounted(context, tx, certain)
  const isCrossing = ({ user, counted }: CountedUser): boolean =>
    crossedIds.has(user.userId) || pointsCross(compiled, user) || stepsCross(compiled, user, counted)
  const [crossing, others]: [CrossingUser[], FreshUser[]] = [[], []]
  for (const item of certain) {
    if (isCrossing(item)) crossing.push({ ...item.user, raised: changedNames(item) })
    else others.push(item.user)
  }
  return { crossing, others, doubtful }
}

type CountedUser = { readonly user: FreshUser; readonly counted: Counted }

// Returns the users who crossed a target of a plain metric.
async function storeCounted(
  { compiled, tables, now }: CountingContext,
  tx: Session,
  certain: readonly CountedUser[],
): Promise<ReadonlySet<string>> {
  const raises = certain.flatMap(({ counted }) => [...counted.raises.values()])
  const crossed = raises.length > 0 ? await raiseMetrics(tx, tables, raisingOf(compiled, raises)) : []
  const stepped = certain.flatMap(({ user, counted }) => changedRows(user, counted))
  if (stepped.length > 0) await writeSteppedRows(tx, tables, { rows: stepped, at: now() })
  return new Set(crossed.map(({ userId }) => userId))
}

/** Joins raises with the targets of their metrics. */
export function raisingOf({ targetsByMetric }: CompiledCatalog, raises: readonly Raise[]): Raising {
  const names = new Set(raises.map(({ metric }) => metric.name))
  return { raises, targets: new Map([...names].map(name => [name, targetsByMetric.get(name)!])) }
}

function pointsCross(compiled: CompiledCatalog, { standing: { points }, gains }: FreshUser): boolean {
  if (gains.length === 0) return false
  return pointsCrossAny(compiled, points, points + pointsIn(gains))
}

function stepsCross(compiled: CompiledCatalog, user: FreshUser, { steppedRows }: Counted): boolean {
  for (const [name, rows] of steppedRows) {
    const { start } = compiled.metrics.get(name)!
    const move = { before: wholeOf(user.rows.get(name)) ?? start, after: wholeOf(rows) ?? start }
    if (crossesAny(compiled.targetsByMetric.get(name)!, move)) return true
  }
  return false
}

function changedNames({ user, counted: { raises, steppedRows } }: CountedUser): ReadonlySet<string> {
  const stepped = [...steppedRows].filter(([name, rows]) => rows.get(wholePart) !== user.rows.get(name)?.get(wholePart))
  return new Set([...raises.keys(), ...stepped.map(([name]) => name)])
}

type GrowingRaise = { -readonly [Key in keyof Raise]: Raise[Key] }

/** How a batch changes one user's metrics. */
type Counted = {
  /** By metric name. */
  readonly raises: Map<string, GrowingRaise>
  /** For stepped metrics: all known rows, by name, then by part. */
  readonly steppedRows: Map<string, Map<string, MetricRow>>
}

/** Adds up what completions add to plain metrics of one user, by the name of the metric. */
export function raisesOf(
  metricsByCategory: CompiledCatalog['metricsByCategory'],
  fresh: readonly FreshCompletion[],
): ReadonlyMap<string, Raise> {
  return countUser(metricsByCategory, { fresh, calendar: utcCalendar, rows: new Map() })!.raises
}

type CountedHistory = Pick<FreshUser, 'fresh' | 'calendar' | 'rows'>

// Returns null if a metric is in doubt.
function countUser(metricsByCategory: CompiledCatalog['metricsByCategory'], user: CountedHistory): Counted | null {
  const counted: Counted = { raises: new Map(), steppedRows: new Map() }
  const steps: Stepped[] = []
  for (const completion of user.fresh) {
    for (const metric of metricsByCategory.get(completion.category) ?? []) {
      const amount = metric.amountOf(completion, user.calendar)
      if (amount === undefined) continue
      const { counting } = metric
      if (typeof counting === 'object') steps.push({ name: metric.name, counting, completion, amount })
      else raise(counted.raises, { metric, fold: counting, completion, amount })
    }
  }
  if (steps.length === 0) return counted
  return stepAll(user, counted, steps) ? counted : null
}

type CompletionAmount = { readonly completion: FreshCompletion; readonly amount: Decimal }
type Stepped = CompletionAmount & { readonly name: string; readonly counting: SteppedCounting }

function raise(
  raises: Map<string, GrowingRaise>,
  { metric, fold, completion, amount }: CompletionAmount & { readonly metric: Metric; readonly fold: PlainFold },
): void {
  const { userId, completedAt } = completion
  const { name } = metric
  const before = raises.get(name)
  if (before === undefined) {
    raises.set(name, { userId, metric, amount, lastAt: completedAt })
    return
  }
  before.amount = foldAmount(fold, before.amount, amount)
  before.lastAt = laterOf(before.lastAt, completedAt)!
}

function stepAll(user: CountedHistory, { steppedRows }: Counted, steps: Stepped[]): boolean {
  if (user.fresh.length > 1) steps.sort((a, b) => compareInTime(a.completion, b.completion))
  for (const { name, counting, completion, amount } of steps) {
    const stored = user.rows.get(name)?.get(wholePart)
    if (counting.isStrict && stored && completion.completedAt <= stored.lastAt) return false
    const rows = steppedRows.get(name) ?? new Map(user.rows.get(name))
    steppedRows.set(name, rows)
    if (!counting.step(rows, { completion, amount, calendar: user.calendar })) return false
  }
  return true
}

function changedRows({ userId, rows }: FreshUser, { steppedRows }: Counted): OwnedRow[] {
  const changed: OwnedRow[] = []
  for (const [metric, parts] of steppedRows) {
    const before = rows.get(metric)
    for (const [part, row] of parts)
      if (before?.get(part) !== row) changed.push({ userId, metric, part, row, fold: 'stepped' })
  }
  return changed
}

function wholeOf(rows: ReadonlyMap<string, MetricRow> | undefined): Decimal | undefined {
  return rows?.get(wholePart)?.value
}
