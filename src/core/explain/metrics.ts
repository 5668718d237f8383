import type { CompiledCatalog, MetricGoal } from '../awards/compile.js'
import { holds, stateOf, type UserState } from '../awards/decide.js'
import { type Fold, isCountedBeforeLine, startingMetrics } from '../awards/fold.js'
import { countInto } from '../awards/replay.js'
import { type Countable, type Metric, valueIn } from '../metrics/metric.js'
import type { Calendar } from '../time/calendar.js'
import { type PeriodIndex, parsePeriod } from '../time/period.js'
import { isCountedIn, isInStretch, type Stretch } from '../time/stretch.js'
import { compareDecimals } from '../values/decimal.js'
import { groupBy } from '../values/group-by.js'

/** The result of counting a history for the metrics of a milestone. */
export type MetricTrace = {
  /** Values and rows as in a recount. */
  readonly state: UserState
  /** By goal: the completion at which its target was first reached. */
  readonly deciding: ReadonlyMap<MetricGoal, Countable>
  /**
   * By metric: the stretches of time that its value comes from. A metric whose value comes from the whole history is
   * missing.
   */
  readonly stretches: ReadonlyMap<string, readonly Stretch[]>
  /**
   * By metric and completion, for completions near a change of time zone: the period in which they counted, which may
   * be that of the earlier zone.
   */
  readonly nearChanges: ReadonlyMap<string, PeriodIndex>
  /** The goals that were reached before the line of a fold. */
  readonly reachedBefore: ReadonlySet<MetricGoal>
}

/** Counts the metrics of some goals: `add` every stored completion in order of time, then `finish`. */
export type MetricTracer = {
  readonly add: (completion: Countable) => void
  /** `now`: to include the stretch that is still running. */
  readonly finish: (now: Date) => MetricTrace
}

/** Reduces a catalog to the metrics of some goals, so that only these are counted. */
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

/** What a trace begins with: the calendar of the user, and what was counted before, if completions were folded. */
export type TraceStart = { readonly calendar: Calendar; readonly fold: Fold | null }

/** Returns the state in which metrics begin, and which of them count a completion. */
export function startOfTrace(
  focused: CompiledCatalog,
  { calendar, fold }: TraceStart,
): {
  readonly state: UserState
  readonly isCounted: (metric: Metric, completion: Countable) => boolean
} {
  return {
    state: stateOf({ calendar, ...startingMetrics(focused, fold) }),
    isCounted: (metric, { completedAt }) => !fold || completedAt >= fold.until || isCountedBeforeLine(fold, metric),
  }
}

/** Starts to count some goals of a reduced catalog, and notes which completions decide. */
export function startTrace(focused: CompiledCatalog, goals: readonly MetricGoal[], start: TraceStart): MetricTracer {
  const { calendar, fold } = start
  const { state, isCounted } = startOfTrace(focused, start)
  const found: HistoryNotes = {
    state,
    deciding: new Map(),
    stretches: new Map(),
    nearChanges: new Map(),
    reachedBefore: new Set(goals.filter(goal => holds(goal, state))),
  }
  // Nothing is part of the best stretch before there is one. After the line of a fold, it must be better than the one before.
  for (const metric of focused.metrics.values()) {
    if (stretchAround(state, metric, momentOf(fold?.until ?? new Date(0))) !== null)
      found.stretches.set(metric.name, [])
  }
  const { values } = found.state
  const goalsByMetric = groupBy(goals, ({ metric }) => metric.name)
  return {
    add: completion => {
      const all = focused.metricsByCategory.get(completion.category) ?? []
      const metrics = fold ? all.filter(metric => isCounted(metric, completion)) : all
      const before = metrics.map(metric => valueIn(values, metric))
      countInto(focused, found.state, completion, { isCounted: metric => isCounted(metric, completion) })
      if (calendar.isNearChange(completion.completedAt.getTime()))
        for (const metric of metrics) notePeriods(found, metric, completion)
      metrics.forEach((metric, i) => {
        if (compareDecimals(valueIn(values, metric), before[i]!) <= 0) return
        const ownGoals = goalsByMetric.get(metric.name)!
        noteDeciding(found, ownGoals, completion)
        if (ownGoals.every(({ part }) => part === undefined)) noteStretch(found, metric, completion)
      })
    },
    finish: now => {
      for (const { metric, part } of goals) {
        // If a period is one time, only this period counts. Otherwise the stretch that leads to the next time counts
        // too.
        if (part !== undefined) found.stretches.set(metric.name, periodStretch(metric, part))
        else if (isOfTimes(metric)) noteStretch(found, metric, momentOf(now))
      }
      return found
    },
  }
}

type HistoryNotes = {
  readonly state: UserState
  readonly deciding: Map<MetricGoal, Countable>
  readonly stretches: Map<string, readonly Stretch[]>
  readonly nearChanges: Map<string, PeriodIndex>
  readonly reachedBefore: ReadonlySet<MetricGoal>
}

function notePeriods({ state, nearChanges }: HistoryNotes, metric: Metric, completion: Countable): void {
  const stretch = stretchAround(state, metric, completion)
  if (stretch?.type === 'periods') nearChanges.set(placeOf(metric, completion), stretch.at)
}

function placeOf({ name }: Metric, { category, itemKey }: Countable): string {
  return JSON.stringify([name, category, itemKey])
}

function noteDeciding(
  { state, deciding, reachedBefore }: HistoryNotes,
  goals: readonly MetricGoal[],
  completion: Countable,
): void {
  for (const goal of goals) {
    if (holds(goal, state) && !deciding.has(goal) && !reachedBefore.has(goal)) deciding.set(goal, completion)
  }
}

// The value is that of the best stretch, or the number of stretches that reached the target.
function noteStretch({ state, stretches }: HistoryNotes, metric: Metric, at: Countable): void {
  const stretch = stretchAround(state, metric, at)
  const others = isOfTimes(metric) ? (stretches.get(metric.name) ?? []) : []
  if (stretch) stretches.set(metric.name, [...others, stretch])
}

/** Tells whether a completion that added something is part of a metric's value. */
export function isInBestStretch(
  { stretches, state, nearChanges }: MetricTrace,
  metric: Metric,
  completion: Countable,
): boolean {
  const best = stretches.get(metric.name)
  if (!best) return true
  const counted = nearChanges.get(placeOf(metric, completion))
  const ms = completion.completedAt.getTime()
  return best.some(stretch =>
    counted === undefined || stretch.type !== 'periods'
      ? isInStretch(stretch, ms, state.calendar)
      : isCountedIn(stretch, counted),
  )
}

function periodStretch({ unit }: Metric, label: string): readonly Stretch[] {
  const period = parsePeriod(unit!, label)!
  return [{ type: 'periods', unit: unit!, first: period, last: period, at: period }]
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
