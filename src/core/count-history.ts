import type { Badge } from './badge.js'
import type { Calendar } from './calendar.js'
import type { CompiledCatalog, CompiledMilestone } from './compile.js'
import type { UserState } from './decide.js'
import { type Countable, type MetricRow, type MetricRows, wholePart } from './metric.js'
import { step, stepBadge } from './replay.js'

/** A badge that is due but not held, and the instant at which its requirement first held. */
export type DueBadge = { readonly milestone: CompiledMilestone; readonly at: Date }

/** A row of a metric as the history gives it. */
export type CountedRow = { readonly metric: string; readonly part: string; readonly row: MetricRow }

/** What a user's whole history comes to. */
export type HistoryCount = {
  readonly rows: readonly CountedRow[]
  /** In order of their dates. Empty where everything due is held. */
  readonly due: readonly DueBadge[]
}

/** Counts one user anew: `add` every stored completion in order of time, then `finish`. */
export type HistoryCounter = {
  readonly add: (completion: Countable) => void
  readonly finish: () => HistoryCount
}

/** Arranges counted rows by their metrics. */
export function rowsByMetric({ rows }: Pick<HistoryCount, 'rows'>): Map<string, MetricRows> {
  const byMetric = new Map<string, MetricRows>()
  for (const { metric, part, row } of rows) byMetric.set(metric, (byMetric.get(metric) ?? new Map()).set(part, row))
  return byMetric
}

/** What a count begins with. */
export type CountStart = {
  /** The badges held, in order of their dates. */
  readonly badges: readonly Badge[]
  readonly calendar: Calendar
  /** Ids of badges that were taken by hand: they are not awarded. */
  readonly refused: ReadonlySet<string>
  /** Badges that are judged anew: those that come again bring what they brought. */
  readonly former?: readonly Badge[]
}

/**
 * Starts to count a user anew. Badges that are held take effect at their own dates and are never dated anew.
 */
export function startCount(
  compiled: CompiledCatalog,
  { badges, calendar, refused, former = [] }: CountStart,
): HistoryCounter {
  const state: UserState = {
    calendar,
    values: new Map(),
    rows: new Map(),
    held: new Set(),
    reserved: new Set([...badges.map(({ id }) => id), ...refused]),
    pointsById: new Map(former.map(({ id, points }) => [id, points])),
    points: 0,
  }
  const lastAt = new Map<string, Date>()
  const due: DueBadge[] = []
  let nextBadge = 0

  const letBadgesTakeEffect = (until: Date | null): void => {
    for (let badge = badges[nextBadge]; badge && !(until && badge.earnedAt > until); badge = badges[nextBadge]) {
      nextBadge += 1
      const at = badge.earnedAt
      for (const milestone of stepBadge(compiled, state, badge)) due.push({ milestone, at })
    }
  }
  return {
    add: completion => {
      const at = completion.completedAt
      letBadgesTakeEffect(at)
      const milestones = step(compiled, state, completion, (metric, isKnown) => {
        if (!isKnown) throw new TypeError(`A history was counted out of order: ${metric.name}`)
        lastAt.set(metric.name, at)
      })
      for (const milestone of milestones) due.push({ milestone, at })
    },
    finish: () => {
      letBadgesTakeEffect(null)
      return { rows: rowsOf(state, lastAt), due }
    },
  }
}

function rowsOf({ values, rows }: UserState, lastAt: ReadonlyMap<string, Date>): readonly CountedRow[] {
  const stepped = [...rows].flatMap(([metric, parts]) => [...parts].map(([part, row]) => ({ metric, part, row })))
  const plain = [...values].filter(([metric]) => !rows.has(metric))
  return [
    ...plain.map(([metric, value]) => ({ metric, part: wholePart, row: { value, lastAt: lastAt.get(metric)! } })),
    ...stepped,
  ]
}
