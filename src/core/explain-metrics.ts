import type { Calendar } from './calendar.js'
import type { CompiledCatalog, CompiledRequirement } from './compile.js'
import { stateOf, type UserState } from './decide.js'
import { compareDecimals } from './decimal.js'
import { groupBy } from './group-by.js'
import type { Countable, Metric } from './metric.js'
import { countInto } from './replay.js'
import { isInStretch, type Stretch } from './stretch.js'

export type MetricGoal = Extract<CompiledRequirement, { readonly type: 'metric' }>

/** What counting a history of a milestone's metrics came to. */
export type MetricTrace = {
  /** Values and rows as a recount has them. */
  readonly state: UserState
  /** By goal: the completion at which its target was first reached. */
  readonly deciding: ReadonlyMap<MetricGoal, Countable>
  /** By metric: the stretches that its value rests on; a metric that rests on its whole history is not there. */
  readonly stretches: ReadonlyMap<string, readonly Stretch[]>
}

/** Counts the metrics of some goals: `add` every stored completion in order of time, then `finish`. */
export type MetricTracer = {
  readonly add: (completion: Countable) => void
  /** `now`: for the stretch that is on its way. */
  readonly finish: (now: Date) => MetricTrace
}

/** Narrows a catalog to the metrics of some goals, so that counting costs no more than they take. */
export function focusedOn(compiled: CompiledCatalog, goals: readonly MetricGoal[]): CompiledCatalog {
  const metrics = [...new Map(goals.map(({ metric }) => [metric.name, metric])).values()]
  const pairs = metrics.flatMap(metric => metric.categories.map(category => ({ category, metric })))
  const byCategory = groupBy(pairs, ({ category }) => category)
  return {
    ...compiled,
    metrics: new Map(metrics.map(metric => [metric.name, metric])),
    metricsByCategory: new Map([...byCategory].map(([category, list]) => [category, list.map(({ metric }) => metric)])),
  }
}

/** Starts to count some goals of a focused catalog, noting on the way what decides. */
export function startTrace(focused: CompiledCatalog, goals: readonly MetricGoal[], calendar: Calendar): MetricTracer {
  const state = stateOf({ calendar })
  const deciding = new Map<MetricGoal, Countable>()
  const stretches = new Map<string, Stretch[]>()
  const goalsByMetric = groupBy(goals, ({ metric }) => metric.name)
  const noteRise = (metric: Metric, completion: Countable): void => {
    for (const goal of goalsByMetric.get(metric.name)!) {
      const isReached = compareDecimals(state.values.get(metric.name)!, goal.target) >= 0
      if (isReached && !deciding.has(goal)) deciding.set(goal, completion)
    }
    const stretch = stretchAround(state, metric, completion)
    if (!stretch) return
    // The value is that of the best stretch, or the number of those that were enough.
    const others = isOfTimes(metric) ? (stretches.get(metric.name) ?? []) : []
    stretches.set(metric.name, [...others, stretch])
  }
  return {
    add: completion => {
      const metrics = focused.metricsByCategory.get(completion.category) ?? []
      const before = metrics.map(({ name }) => state.values.get(name) ?? 0)
      countInto(focused, state, completion)
      metrics.forEach((metric, i) => {
        if (compareDecimals(state.values.get(metric.name) ?? 0, before[i]!) > 0) noteRise(metric, completion)
      })
    },
    finish: now => {
      for (const metric of focused.metrics.values()) {
        const open = isOfTimes(metric) ? stretchAround(state, metric, momentOf(now)) : null
        if (open) stretches.set(metric.name, [...(stretches.get(metric.name) ?? []), open])
      }
      return { state, deciding, stretches }
    },
  }
}

/** Tells whether a metric's value rests on a completion that brought it something. */
export function isInBestStretch(
  { stretches, state }: MetricTrace,
  metric: Metric,
  { completedAt }: Countable,
): boolean {
  const best = stretches.get(metric.name)
  return !best || best.some(stretch => isInStretch(stretch, completedAt.getTime(), state.calendar))
}

function isOfTimes({ counting }: Metric): boolean {
  return typeof counting === 'object' && counting.countsTimes
}

function stretchAround({ rows, calendar }: UserState, { name, counting }: Metric, at: Countable): Stretch | null {
  if (typeof counting !== 'object') return null
  return counting.stretchOf(rows.get(name) ?? new Map(), { completion: at, amount: 0, calendar })
}

function momentOf(completedAt: Date): Countable {
  return { category: '', itemKey: '', metadata: {}, completedAt }
}
