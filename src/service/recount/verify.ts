import { pairedGains } from '../../core/awards/badge-gains.js'
import type { CompiledCatalog } from '../../core/awards/compile.js'
import { standingOf } from '../../core/awards/standing.js'
import { type MetricRow, shownNumber, wholePart } from '../../core/metrics/metric.js'
import { compareDecimals, type Decimal, decimalToNumber } from '../../core/values/decimal.js'
import { inTransaction } from '../../store/database/transaction.js'
import { countUsersStored } from '../../store/progress/completions.js'
import type { PeriodPoints } from '../../store/progress/holdings.js'
import { type LimitDrift, readLimitDrifts } from '../../store/progress/limits.js'
import { type CallOptions, type CountingContext, type ServiceContext, sessionFor } from '../context/context.js'
import { contextNow } from '../context/counting-context.js'
import { countUsers } from './count-users.js'
import type { UserCount, UserProgressCount } from './user-count.js'
import { userPages } from './user-pages.js'

/** Something stored that a rebuild would change. `stored` or `counted` is null if that side has nothing. */
export type Difference = {
  userId: string
  kind: 'metric' | 'standing' | 'badge' | 'ledger' | 'period' | 'limit'
  /**
   * Depends on `kind`: the metric's name (with its period or value, if it has one); the standing's column; the id of a
   * badge that is due and not held; the id of a badge whose points (or coins, then with the currency) are missing or dated differently in the ledger; the
   * rule, period and completion whose points under a limit differ (`points:post 2026-04-01 post intro`); the week or
   * month; the rule and the part of it that shares a limit.
   */
  name: string
  stored: number | string | null
  counted: number | string | null
}

/** What to compare. */
export type VerifyQuery = {
  /** Default: all users. */
  readonly userId?: string
  /** The most differences to return. Default: 1,000. */
  readonly limit?: number
  readonly onProgress?: (progress: UserProgressCount) => void
}

/** Compares what is stored of some users with a recount, each page of users in one snapshot. Writes nothing. */
export async function verifyUsers(given: ServiceContext, options: CallOptions & VerifyQuery): Promise<Difference[]> {
  const { userId, limit = 1_000 } = options
  const differences: Difference[] = []
  const context = await contextNow(given)
  const { tables } = context
  const refused = new Set(context.compiled.limits.keys())
  const heard = await progressOf(context, options)
  for await (const userIds of userPages(context, userId)) {
    // Who waits for a place is not a difference.
    const users = userIds.map(userId => ({ userId, fresh: [], refused }))
    const { counts, drifts } = await inTransaction(sessionFor(context, options), 'snapshot', async tx => {
      return { counts: await countUsers(context, tx, users), drifts: await readLimitDrifts(tx, tables, userIds) }
    })
    differences.push(...counts.flatMap(user => differencesOf(context, user)), ...drifts.map(limitDifference))
    heard(userIds.length)
    if (differences.length >= limit) return differences.slice(0, limit)
  }
  return differences
}

// All users are counted first only if there is a listener.
async function progressOf(
  { db, tables }: ServiceContext,
  { userId, onProgress }: VerifyQuery,
): Promise<(moreCount: number) => void> {
  if (!onProgress) return () => {}
  const totalCount = userId === undefined ? await countUsersStored(db, tables) : 1
  let userCount = 0
  return moreCount => {
    userCount += moreCount
    onProgress({ userCount, totalCount: Math.max(totalCount, userCount) })
  }
}

function differencesOf({ compiled }: CountingContext, user: UserCount): Difference[] {
  return [
    ...metricDifferences(compiled, user),
    ...standingDifferences(user),
    ...dueDifferences(user),
    ...ledgerDifferences(user),
    ...offerDifferences(user),
    ...periodDifferences(user),
  ]
}

function metricDifferences({ metrics }: CompiledCatalog, { userId, holdings, count }: UserCount): Difference[] {
  const found = new Map<string, Rows>()
  const rowsOf = (metric: string, part: string): Rows => {
    const name = part === wholePart ? metric : `${metric} ${part}`
    const known = metrics.get(metric)
    const usesLatest = typeof known?.counting !== 'object' || known.counting.usesLatest
    const numberOf = (value: Decimal): number => (known ? shownNumber(known, value) : decimalToNumber(value))
    const rows = found.get(name) ?? { userId, name, usesLatest, numberOf }
    found.set(name, rows)
    return rows
  }
  for (const [metric, parts] of holdings.metrics) for (const [part, row] of parts) rowsOf(metric, part).stored = row
  for (const { metric, part, row } of count.rows) rowsOf(metric, part).counted = row
  return [...found.values()].flatMap(rowDifferences)
}

type Rows = {
  readonly userId: string
  readonly name: string
  readonly usesLatest: boolean
  /** Converts a value to the number that users see. */
  readonly numberOf: (value: Decimal) => number
  stored?: MetricRow
  counted?: MetricRow
}

function rowDifferences({ userId, name, usesLatest, numberOf, stored, counted }: Rows): Difference[] {
  if (!stored || !counted || compareDecimals(stored.value, counted.value) !== 0) {
    const [was, is] = [stored, counted].map(row => (row ? numberOf(row.value) : null))
    return [{ userId, kind: 'metric', name, stored: was!, counted: is! }]
  }
  if (usesLatest ? stored.lastAt.getTime() === counted.lastAt.getTime() : stored.lastAt >= counted.lastAt) return []
  const times = { stored: stored.lastAt.toISOString(), counted: counted.lastAt.toISOString() }
  return [{ userId, kind: 'metric', name: `${name} last_at`, ...times }]
}

function standingDifferences({ userId, holdings }: UserCount): Difference[] {
  const counted = standingOf(holdings.badges, holdings.ledger.completionPoints)
  const { standing } = holdings
  const columns: readonly [string, number | string | null, number | string | null][] = [
    ['points', standing?.points ?? 0, counted.points],
    ['badge_count', standing?.badgeCount ?? 0, counted.badgeCount],
    ['reached_at', standing?.reachedAt?.toISOString() ?? null, counted.reachedAt?.toISOString() ?? null],
    ['completion_points', standing?.completionPoints.points ?? 0, counted.completionPoints.points],
    [
      'completion_points_at',
      standing?.completionPoints.lastAt?.toISOString() ?? null,
      counted.completionPoints.lastAt?.toISOString() ?? null,
    ],
  ]
  return columns
    .filter(([, stored, recounted]) => stored !== recounted)
    .map(([name, stored, recounted]) => ({ userId, kind: 'standing', name, stored, counted: recounted }))
}

function dueDifferences({ userId, count }: UserCount): Difference[] {
  return count.due.map(({ milestone, at }) => {
    return { userId, kind: 'badge', name: milestone.milestone.id, stored: null, counted: at.toISOString() }
  })
}

function offerDifferences({ userId, changes }: UserCount): Difference[] {
  return changes.map(({ source, period, category, itemKey, was, points }) => {
    const name = [source, period, category, itemKey].join(' ')
    return { userId, kind: 'ledger', name, stored: was, counted: was + points }
  })
}

function ledgerDifferences({ userId, holdings: { badges, badgeGains } }: UserCount): Difference[] {
  return pairedGains(badges, badgeGains).flatMap(({ due, stored }): Difference[] => {
    const { id, currency } = (due ?? stored)!
    const name = currency === undefined ? id : `${id} ${currency}`
    const difference = { userId, kind: 'ledger', name } as const
    if (due?.points !== stored?.points)
      return [{ ...difference, stored: stored?.points ?? 0, counted: due?.points ?? 0 }]
    const [storedAt, countedAt] = [stored!.at.toISOString(), due!.at.toISOString()]
    return storedAt === countedAt ? [] : [{ ...difference, stored: storedAt, counted: countedAt }]
  })
}

function limitDifference({ userId, source, bucket, stored, counted }: LimitDrift): Difference {
  return { userId, kind: 'limit', name: `${source} ${bucket}`.trimEnd(), stored, counted }
}

function periodDifferences({ userId, holdings }: UserCount): Difference[] {
  return holdings.ledger.periodDrifts.map(({ period, stored, counted }) => {
    return { userId, kind: 'period', name: period, stored: periodWords(stored), counted: periodWords(counted) }
  })
}

function periodWords(period: PeriodPoints | null): string | null {
  if (period === null) return null
  return period.reachedAt ? `${period.points} at ${period.reachedAt.toISOString()}` : String(period.points)
}
