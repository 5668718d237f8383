import type { NewCompletion } from '../core/completion.js'
import type { Decimal } from '../core/decimal.js'
import { foldAmount, type Metric } from '../core/metric.js'
import type { Database } from '../store/database.js'
import { type Raise, raiseMetrics } from '../store/metrics.js'
import type { ServiceContext } from './context.js'
import type { RecountedUser } from './recount.js'

/** A user of whom a metric came to or over a target. */
export type CrossingUser = RecountedUser & {
  /** The names of all metrics that were raised. */
  readonly raised: ReadonlySet<string>
}

/**
 * Brings new completions into the metrics that listen to them and returns the users who crossed a target. The cost of a
 * completion: the metrics of its category.
 */
export async function raiseUsers(
  { compiled, tables }: ServiceContext,
  tx: Database,
  users: readonly RecountedUser[],
): Promise<readonly CrossingUser[]> {
  const byUser = new Map(
    users.map(({ userId, fresh }) => [userId, raisesOf(compiled.metricsByCategory, userId, fresh)]),
  )
  const raises = [...byUser.values()].flatMap(byMetric => [...byMetric.values()])
  if (raises.length === 0) return []
  const targets = new Map(raises.map(({ metric }) => [metric, compiled.targetsByMetric.get(metric)!]))
  const crossed = await raiseMetrics(tx, tables, { raises, targets })
  const crossing = new Set(crossed.map(({ userId }) => userId))
  return users
    .filter(({ userId }) => crossing.has(userId))
    .map(user => ({ ...user, raised: new Set(byUser.get(user.userId)!.keys()) }))
}

function raisesOf(
  metricsByCategory: ReadonlyMap<string, readonly Metric[]>,
  userId: string,
  completions: readonly NewCompletion[],
): Map<string, Raise> {
  const raises = new Map<string, Raise>()
  for (const completion of completions) {
    for (const metric of metricsByCategory.get(completion.category) ?? []) {
      const amount = metric.amountOf(completion)
      if (amount === undefined) continue
      const addition = { userId, amount, lastAt: completion.completedAt }
      raises.set(metric.name, joined(raises.get(metric.name), metric, addition))
    }
  }
  return raises
}

type Addition = { readonly userId: string; readonly amount: Decimal; readonly lastAt: Date }

function joined(raise: Raise | undefined, metric: Metric, addition: Addition): Raise {
  if (!raise) return { metric: metric.name, ...addition }
  const lastAt = new Date(Math.max(addition.lastAt.getTime(), raise.lastAt.getTime()))
  return { ...raise, amount: foldAmount(metric, raise.amount, addition.amount), lastAt }
}
