import type { CompiledCatalog, CompiledMilestone } from './compile.js'
import { crossed, decide, hold, type UserState } from './decide.js'
import { compareDecimals, type Decimal } from './decimal.js'
import { type Countable, foldAmount, type Metric } from './metric.js'

/** A milestone that became due, and the completion at which it did. */
export type Due<Item> = { readonly milestone: CompiledMilestone; readonly at: Item }

/**
 * Steps through completions in the order given and returns what becomes due at each. The state ends as it would be
 * after all of them. In order of time this dates the awards; in order of recording it tells which completion brought them.
 */
export function replay<Item extends Countable>(
  compiled: CompiledCatalog,
  state: UserState,
  completions: Iterable<Item>,
): Due<Item>[] {
  const due: Due<Item>[] = []
  for (const completion of completions) {
    for (const milestone of step(compiled, state, completion)) due.push({ milestone, at: completion })
  }
  return due
}

/** Counts one completion into the state and returns what is due by it, cascade included. `onCounted`: each metric moved. */
export function step(
  compiled: CompiledCatalog,
  state: UserState,
  completion: Countable,
  onCounted?: (metric: Metric) => void,
): readonly CompiledMilestone[] {
  const candidates: CompiledMilestone[] = []
  for (const metric of compiled.metricsByCategory.get(completion.category) ?? []) {
    const amount = metric.amountOf(completion)
    if (amount === undefined) continue
    const before = state.values.get(metric.name) ?? 0
    const after = foldAmount(metric, before, amount)
    state.values.set(metric.name, after)
    onCounted?.(metric)
    const targets = compiled.targetsByMetric.get(metric.name)!
    candidates.push(...crossed(targets, { before, after, compare: compareDecimals }))
  }
  return candidates.length === 0 ? candidates : decide(compiled, state, candidates)
}

/** Lets a badge that is already held take effect and returns what is due by it. */
export function stepBadge(
  compiled: CompiledCatalog,
  state: UserState,
  badge: { readonly id: string; readonly points: number },
): readonly CompiledMilestone[] {
  return decide(compiled, state, hold(compiled, state, badge))
}

/** Counts one completion into values alone, deciding nothing. */
export function stepValues(compiled: CompiledCatalog, values: Map<string, Decimal>, completion: Countable): void {
  for (const metric of compiled.metricsByCategory.get(completion.category) ?? []) {
    const amount = metric.amountOf(completion)
    if (amount !== undefined) values.set(metric.name, foldAmount(metric, values.get(metric.name) ?? 0, amount))
  }
}
