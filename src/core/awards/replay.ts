import { type Countable, foldAmount, type Metric, type SteppedCounting, valueIn, wholePart } from '../metrics/metric.js'
import { periodLabel } from '../time/period.js'
import type { Periods } from '../time/stretch.js'
import { compareCodePoints } from '../values/code-points.js'
import type { Decimal } from '../values/decimal.js'
import type { CompiledCatalog, CompiledMilestone } from './compile.js'
import { crossedByMetric, decide, gain, hold, type UserState } from './decide.js'

/** A milestone that became due, and the completion that made it due. */
export type Due<Item> = { readonly milestone: CompiledMilestone; readonly at: Item }

/**
 * Counts completions in the order given and returns what becomes due at each. Afterwards the state includes all of
 * them. Order of time gives the dates of awards; order of recording gives the completions that are their causes.
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

/**
 * Called for each metric that a completion changed. `isKnown` is false if the state was not enough to find its new
 * value.
 */
export type OnCounted = (metric: Metric, isKnown: boolean) => void

/** Counts one completion into the state and returns what is due by it, including cascades. */
export function step(
  compiled: CompiledCatalog,
  state: UserState,
  completion: Countable,
  onCounted?: OnCounted,
): readonly CompiledMilestone[] {
  const candidates: CompiledMilestone[] = []
  for (const metric of compiled.metricsByCategory.get(completion.category) ?? []) {
    const amount = metric.amountOf(completion, state.calendar)
    if (amount === undefined) continue
    const before = valueIn(state.values, metric)
    const isKnown = count(state, metric, { completion, amount })
    onCounted?.(metric, isKnown)
    const after = valueIn(state.values, metric)
    const period = (): string => periodCounted(state, metric, { completion, amount })
    candidates.push(...crossedByMetric(compiled.targetsByMetric.get(metric.name)!, { before, after, period }))
  }
  if (completion.points) candidates.push(...gain(compiled, state, completion.points))
  return candidates.length === 0 ? candidates : decide(compiled, state, candidates)
}

/** Makes a badge that is already held take effect, and returns what is due by it. */
export function stepBadge(
  compiled: CompiledCatalog,
  state: UserState,
  badge: { readonly id: string; readonly points: number },
): readonly CompiledMilestone[] {
  return decide(compiled, state, hold(compiled, state, badge))
}

/** Compares completions in the order of a recount: by time, then by category and key. */
export function compareInTime(a: Countable, b: Countable): number {
  const byTime = a.completedAt.getTime() - b.completedAt.getTime()
  return byTime || compareCodePoints(a.category, b.category) || compareCodePoints(a.itemKey, b.itemKey)
}

/**
 * Counts one completion into the state without deciding anything. A metric in doubt stays unchanged. `isCounted`: which
 * metrics to count. Default: all.
 */
export function countInto(
  compiled: CompiledCatalog,
  state: UserState,
  completion: Countable,
  { isCounted = () => true, onCounted }: Partial<CountingInto> = {},
): void {
  for (const metric of compiled.metricsByCategory.get(completion.category) ?? []) {
    if (!isCounted(metric)) continue
    const amount = metric.amountOf(completion, state.calendar)
    if (amount === undefined) continue
    const isKnown = count(state, metric, { completion, amount })
    onCounted?.(metric, isKnown)
  }
}

type CountingInto = { readonly isCounted: (metric: Metric) => boolean; readonly onCounted: OnCounted }

type Counted = { readonly completion: Countable; readonly amount: Decimal }

// After a change of zone this may be the period of an earlier clock, which only the rows show.
function periodCounted({ rows, calendar }: UserState, { name, counting }: Metric, counted: Counted): string {
  const stretch = (counting as SteppedCounting).stretchOf(rows.get(name)!, { ...counted, calendar })
  const { unit, first } = stretch as Periods
  return periodLabel(unit, first)
}

// Returns false if the state is not enough to find the result. The metric then stays unchanged.
function count(state: UserState, metric: Metric, counted: Counted): boolean {
  const { name, counting } = metric
  if (typeof counting !== 'object') {
    state.values.set(name, foldAmount(counting, valueIn(state.values, metric), counted.amount))
    return true
  }
  return countStepped(state, name, counting, counted)
}

function countStepped(state: UserState, name: string, counting: SteppedCounting, counted: Counted): boolean {
  const rows = state.rows.get(name) ?? new Map()
  state.rows.set(name, rows)
  const isKnown = counting.step(rows, { ...counted, calendar: state.calendar })
  const whole = rows.get(wholePart)
  if (whole) state.values.set(name, whole.value)
  return isKnown
}
