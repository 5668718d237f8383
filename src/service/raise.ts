import type { NewCompletion } from '../core/completion.js'
import { crossesAny } from '../core/decide.js'
import { compareDecimals, type Decimal } from '../core/decimal.js'
import { groupBy } from '../core/group-by.js'
import { foldAmount, type Metric } from '../core/metric.js'
import type { Database } from '../store/database.js'
import { type Raise, type Raised, raiseMetrics } from '../store/metrics.js'
import type { ServiceContext } from './context.js'
import type { RecountedUser } from './recount.js'

/** A user whose metrics were raised, with those metrics as they were before. */
export type RaisedUser = RecountedUser & {
  /** By metric name. */
  readonly before: ReadonlyMap<string, Raised>
  /** Whether a metric came to or over a target. */
  readonly hasCrossed: boolean
}

/** Brings new completions into the metrics that listen to them. The cost of a completion: the metrics of its category. */
export async function raiseUsers(
  { compiled, tables }: ServiceContext,
  tx: Database,
  users: readonly RecountedUser[],
): Promise<readonly RaisedUser[]> {
  const raises = new Map(
    users.map(({ userId, fresh }) => [userId, raisesOf(compiled.metricsByCategory, userId, fresh)]),
  )
  const all = [...raises.values()].flatMap(byMetric => [...byMetric.values()])
  if (all.length === 0) return []
  const before = groupBy(await raiseMetrics(tx, tables, all), raised => raised.userId)
  const isCrossing = (raised: Raised): boolean => {
    const { amount } = raises.get(raised.userId)!.get(raised.metric)!
    const after = foldAmount(compiled.metrics.get(raised.metric)!, raised.previous, amount)
    const targets = compiled.targetsByMetric.get(raised.metric)!
    return crossesAny(targets, { before: raised.previous, after, compare: compareDecimals })
  }
  return users.map(user => {
    const raised = before.get(user.userId) ?? []
    const byName = new Map(raised.map(metric => [metric.metric, metric]))
    return { ...user, before: byName, hasCrossed: raised.some(isCrossing) }
  })
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
      raises.set(
        metric.name,
        joined(raises.get(metric.name), metric, { userId, amount, lastAt: completion.completedAt }),
      )
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
