import type { CompiledCatalog } from '../core/compile.js'
import type { NewCompletion } from '../core/completion.js'
import { type HistoryCount, type HistoryCounter, startCount } from '../core/count-history.js'
import { stateOf } from '../core/decide.js'
import type { Decimal } from '../core/decimal.js'
import { replay, stepValues } from '../core/replay.js'
import { keyText, readHistory } from '../store/completions.js'
import type { Database } from '../store/database.js'
import { type Holdings, readHoldings } from '../store/holdings.js'
import { type CountedMetric, replaceMetrics } from '../store/metrics.js'
import { type BadgesByUser, type DueAward, saveAwards } from './award.js'
import type { ServiceContext } from './context.js'

/** A user to count anew. `fresh`: the completions of theirs that this very transaction stored, in the order given. */
export type RecountedUser = { readonly userId: string; readonly fresh: readonly NewCompletion[] }

/** What counting a user's stored history came to, beside what is held now. */
export type UserCount = {
  readonly userId: string
  readonly holdings: Holdings
  readonly count: HistoryCount
  /** The values as they were before `fresh` was stored. */
  readonly valuesBefore: Map<string, Decimal>
}

/**
 * Counts users anew from what is stored, under their locks: puts metrics and standings right and awards what is due,
 * each badge dated by the completion that decided it. The slow path, always true. Returns the badges newly held by user.
 * Its number of statements does not depend on how many users or milestones there are, only on pages of history.
 */
export async function recountUsers(
  context: ServiceContext,
  tx: Database,
  users: readonly RecountedUser[],
): Promise<BadgesByUser> {
  const { compiled, tables } = context
  const userIds = users.map(({ userId }) => userId)
  const counts = await countUsers(context, tx, users)
  await replaceMetrics(tx, tables, { userIds, metrics: counts.flatMap(metricRowsOf) })
  return saveAwards(context, tx, {
    due: users.flatMap((user, i) => dueAwards(compiled, user, counts[i]!)),
    held: new Map(counts.map(({ userId, holdings }) => [userId, holdings.badges])),
  })
}

/** Counts users from what is stored without writing anything. In the order given. */
export async function countUsers(
  { compiled, tables }: ServiceContext,
  tx: Database,
  users: readonly RecountedUser[],
): Promise<readonly UserCount[]> {
  const userIds = users.map(({ userId }) => userId)
  const holdings = await readHoldings(tx, tables, userIds)
  const counting = new Map(users.map(user => [user.userId, startUser(compiled, user, holdings.get(user.userId)!)]))
  for await (const page of readHistory(tx, tables, { userIds, ...historyCategories(compiled) })) {
    for (const row of page) {
      const user = counting.get(row.userId)!
      user.counter.add(row)
      if (user.freshKeys.size > 0 && !user.freshKeys.has(keyText(row))) stepValues(compiled, user.valuesBefore, row)
    }
  }
  return [...counting.values()].map(({ userId, holdings, counter, valuesBefore }) => ({
    userId,
    holdings,
    count: counter.finish(),
    valuesBefore,
  }))
}

type CountingUser = {
  readonly userId: string
  readonly holdings: Holdings
  readonly counter: HistoryCounter
  readonly freshKeys: ReadonlySet<string>
  readonly valuesBefore: Map<string, Decimal>
}

function startUser(compiled: CompiledCatalog, { userId, fresh }: RecountedUser, holdings: Holdings): CountingUser {
  const counter = startCount(compiled, holdings.badges)
  return { userId, holdings, counter, freshKeys: new Set(fresh.map(keyText)), valuesBefore: new Map() }
}

function historyCategories(compiled: CompiledCatalog): {
  categories: readonly string[]
  withMetadata: readonly string[]
} {
  const categories = [...compiled.metricsByCategory]
  const withMetadata = categories.filter(([, metrics]) => metrics.some(metric => metric.readsMetadata))
  return { categories: categories.map(([name]) => name), withMetadata: withMetadata.map(([name]) => name) }
}

/** Lists a user's counted metrics as rows. */
function metricRowsOf({ userId, count }: UserCount): CountedMetric[] {
  return [...count.values].map(([metric, value]) => ({ userId, metric, value, lastAt: count.lastAt.get(metric)! }))
}

function dueAwards(compiled: CompiledCatalog, { userId, fresh }: RecountedUser, counted: UserCount): DueAward[] {
  if (counted.count.due.length === 0) return []
  const broughtBy = attribution(compiled, fresh, counted)
  return counted.count.due.map(({ milestone: { milestone }, at }) => {
    return { userId, milestone, at, by: broughtBy.get(milestone.id) ?? fresh[0] ?? null }
  })
}

// Which of the new completions brought each badge is a question of the order given, not of time.
function attribution(
  compiled: CompiledCatalog,
  fresh: readonly NewCompletion[],
  { holdings, valuesBefore }: UserCount,
): ReadonlyMap<string, NewCompletion> {
  const due = replay(compiled, stateOf(holdings.badges, valuesBefore), fresh)
  return new Map(due.map(({ milestone, at }) => [milestone.milestone.id, at]))
}
