import { compareDecimals, type Decimal, decimalToNumber } from '../core/decimal.js'
import { standingOf } from '../core/standing.js'
import { readUserIds } from '../store/completions.js'
import { inTransaction } from '../store/transaction.js'
import type { CallOptions, ServiceContext } from './context.js'
import { countUsers, type UserCount } from './recount.js'

/** Something stored that a rebuild would change. `stored` or `counted` is null where one side has nothing. */
export type Difference = {
  readonly userId: string
  readonly kind: 'metric' | 'standing' | 'badge'
  /** The metric's name, the standing's column, or the id of a badge that is due and not held. */
  readonly name: string
  readonly stored: number | string | null
  readonly counted: number | string | null
}

/** How many users one transaction reads or counts. */
const userPageSize = 100

/** Compares what is stored of some users with a recount, each page of users in one snapshot. Writes nothing. */
export async function verifyUsers(
  context: ServiceContext,
  options: CallOptions & { readonly userId?: string | undefined; readonly limit: number },
): Promise<readonly Difference[]> {
  const differences: Difference[] = []
  for await (const userIds of userPages(context, options.userId)) {
    const users = userIds.map(userId => ({ userId, fresh: [] }))
    const counts = await inTransaction(options.db ?? context.db, 'snapshot', tx => countUsers(context, tx, users))
    differences.push(...counts.flatMap(differencesOf))
    if (differences.length >= options.limit) return differences.slice(0, options.limit)
  }
  return differences
}

/** Yields one user, or all that have anything stored, page by page. */
export async function* userPages(
  { db, tables }: ServiceContext,
  userId: string | undefined,
): AsyncGenerator<readonly string[]> {
  if (userId !== undefined) return yield [userId]
  for (let after = ''; ; ) {
    const page = await readUserIds(db, tables, { after, limit: userPageSize })
    if (page.length > 0) yield page
    if (page.length < userPageSize) return
    after = page.at(-1)!
  }
}

function differencesOf(user: UserCount): Difference[] {
  return [...metricDifferences(user), ...standingDifferences(user), ...dueDifferences(user)]
}

function metricDifferences({ userId, holdings, count }: UserCount): Difference[] {
  const names = new Set([...holdings.metrics.keys(), ...count.values.keys()])
  return [...names].flatMap(name => {
    const stored = holdings.metrics.get(name)
    const counted = count.values.get(name)
    if (!stored || counted === undefined || compareDecimals(stored.value, counted) !== 0) {
      return [{ userId, kind: 'metric', name, stored: numberOrNull(stored?.value), counted: numberOrNull(counted) }]
    }
    return timeDifferences({ userId, name, stored: stored.lastAt, counted: count.lastAt.get(name)! })
  })
}

type Times = { readonly userId: string; readonly name: string; readonly stored: Date; readonly counted: Date }

function timeDifferences({ userId, name, stored, counted }: Times): Difference[] {
  if (stored.getTime() === counted.getTime()) return []
  const times = { stored: stored.toISOString(), counted: counted.toISOString() }
  return [{ userId, kind: 'metric', name: `${name} last_at`, ...times }]
}

function numberOrNull(value: Decimal | undefined): number | null {
  return value === undefined ? null : decimalToNumber(value)
}

function standingDifferences({ userId, holdings }: UserCount): Difference[] {
  const counted = standingOf(holdings.badges)
  const { standing } = holdings
  const columns: readonly [string, number | string | null, number | string | null][] = [
    ['points', standing?.points ?? 0, counted.points],
    ['badge_count', standing?.badgeCount ?? 0, counted.badgeCount],
    ['reached_at', standing?.reachedAt?.toISOString() ?? null, counted.reachedAt?.toISOString() ?? null],
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
