import { type Countable, type Metric, type MetricRows, wholePart } from '../metrics/metric.js'
import type { Calendar } from '../time/calendar.js'
import { countedAdjustments, type PointsAdjustment } from './adjustments.js'
import type { Badge } from './badge.js'
import { type CompiledCatalog, type CompiledMilestone, leavesOf, milestoneOf } from './compile.js'
import { decide, hold, holds, type UserState } from './decide.js'
import { type CountedRow, type Fold, isCountedBeforeLine, startingMetrics } from './fold.js'
import { countInto, step, stepBadge } from './replay.js'

/** A badge that is due, and the instant at which its requirement first held. */
export type DueBadge = { readonly milestone: CompiledMilestone; readonly at: Date }

/** The result of counting a user's whole history. */
export type HistoryCount = {
  readonly rows: readonly CountedRow[]
  /** Sorted by date. Empty if everything due is already held. */
  readonly due: readonly DueBadge[]
  /** By id: when judged badges first held, at their own dates or at others. */
  readonly judged: ReadonlyMap<string, DueBadge>
  /** Ids of judged badges whose requirements already held before their dates. */
  readonly early: ReadonlySet<string>
}

/** Counts one user again: `add` every stored completion in order of time, then `finish`. */
export type HistoryCounter = {
  readonly add: (completion: Countable) => void
  readonly finish: () => HistoryCount
}

/** Groups counted rows by metric. */
export function rowsByMetric({ rows }: Pick<HistoryCount, 'rows'>): Map<string, MetricRows> {
  const byMetric = new Map<string, MetricRows>()
  for (const { metric, part, row } of rows) byMetric.set(metric, (byMetric.get(metric) ?? new Map()).set(part, row))
  return byMetric
}

/** Which of the badges held are judged, by id. */
export type Judging = {
  /** These take effect when their requirements hold, but not before their own dates. */
  readonly judged: ReadonlySet<string>
  /** Those of them that take effect as soon as their requirements hold, even before their dates. */
  readonly undated?: ReadonlySet<string>
  /**
   * Whether a judged badge that nothing supports at its date still takes effect. It is then not in
   * `HistoryCount.judged`.
   */
  readonly keepsAll?: boolean
}

/** The state in which a count starts. */
export type CountStart = {
  /** The badges held, sorted by date. */
  readonly badges: readonly Badge[]
  readonly calendar: Calendar
  /** Ids of badges that were revoked manually: they are not awarded. */
  readonly refused: ReadonlySet<string>
  /** Badges that are judged again. Those that are still due keep their points. */
  readonly former?: readonly Badge[]
  /** Default: none. Badges that are held take effect at their own dates and keep them. */
  readonly judging?: Judging | undefined
  /**
   * What was counted before a line, if anything was folded. Badges from before the line are not judged. What holds at
   * the line and is not held is dated by the line or, if it is one of `former`, by its earlier date.
   */
  readonly fold?: Fold | null
  /** In order of time. Default: none. */
  readonly adjustments?: readonly PointsAdjustment[]
}

/** Starts a recount of a user. */
export function startCount(compiled: CompiledCatalog, start: CountStart): HistoryCounter {
  const { calendar, refused, former = [], judging, fold = null, adjustments = [] } = start
  const { undated = none, keepsAll = false } = judging ?? {}
  const { badges, early: fromBefore } = aroundLine(start.badges, fold)
  const judged = fold ? idsOf(badges.filter(({ id }) => judging?.judged.has(id))) : (judging?.judged ?? none)
  const reserved = new Set([...badges.map(({ id }) => id).filter(id => !undated.has(id)), ...refused])
  const { lastAt, ...metrics } = startingMetrics(compiled, fold)
  const pointsById = new Map([...former, ...start.badges].map(({ id, points }) => [id, points]))
  const { atStart, later } = countedAdjustments(adjustments, fold?.until)
  const points = (fold?.points ?? 0) + atStart
  const state: UserState = { calendar, ...metrics, held: new Set(), reserved, pointsById, points }
  for (const badge of fromBefore) hold(compiled, state, badge)
  const { note, open, close, due, held, early } = startJudging(compiled, state, { judged, reserved })
  const noteCounted = (metric: Metric, isKnown: boolean, at: Date): void => {
    if (!isKnown) throw new TypeError(`A history was counted out of order: ${metric.name}`)
    lastAt.set(metric.name, at)
  }
  let line = fold && { dateOf: datesAtLine(fold, former) }
  const crossLine = (): void => {
    if (!line) return
    const { dateOf } = line
    line = null
    for (const milestone of decide(compiled, state, compiled.milestones)) note([milestone], dateOf(milestone))
  }
  const timeline = startTimeline(badges, { open, close: keepsAll ? close : () => {} })
  const count = (completion: Countable): void => {
    const at = completion.completedAt
    crossLine()
    timeline.moveTo(at)
    const milestones = step(compiled, state, completion, (metric, isKnown) => noteCounted(metric, isKnown, at))
    if (milestones.length > 0) note(milestones, at)
  }
  const adjust = (until: Date | null): void => {
    while (later[0] && !(until && later[0].completedAt > until)) count(later.shift()!)
  }
  return {
    add: completion => {
      const at = completion.completedAt
      if (fold && at < fold.until) {
        const isCounted = (metric: Metric): boolean => isCountedBeforeLine(fold, metric)
        const onCounted = (metric: Metric, isKnown: boolean): void => noteCounted(metric, isKnown, at)
        return countInto(compiled, state, completion, { isCounted, onCounted })
      }
      adjust(at)
      count(completion)
    },
    finish: () => {
      adjust(null)
      crossLine()
      timeline.moveTo(null)
      return { rows: rowsOf(state, lastAt), due, judged: held, early }
    },
  }
}

type Judged = { readonly judged: ReadonlySet<string>; readonly reserved: Set<string> }

// Notes what becomes due, and lets badges that are held take effect.
function startJudging(compiled: CompiledCatalog, state: UserState, { judged, reserved }: Judged) {
  const due: DueBadge[] = []
  const held = new Map<string, DueBadge>()
  const early = new Set<string>()
  const note = (milestones: readonly CompiledMilestone[], at: Date): void => {
    for (const milestone of milestones) {
      const { id } = milestone.milestone
      if (judged.has(id)) held.set(id, { milestone, at })
      else due.push({ milestone, at })
    }
  }
  const open = (opened: readonly Badge[], at: Date): void => {
    const candidates = opened.flatMap(({ id }) => (judged.has(id) ? (milestoneOf(compiled, id) ?? []) : []))
    for (const { milestone, requirement } of candidates) {
      if (!state.held.has(milestone.id) && holds(requirement, state)) early.add(milestone.id)
    }
    for (const { id } of opened) if (judged.has(id)) reserved.delete(id)
    for (const badge of opened) if (!judged.has(badge.id)) note(stepBadge(compiled, state, badge), at)
    if (candidates.length > 0) note(decide(compiled, state, candidates), at)
  }
  // At the end of an instant: a badge that does not hold after all completions of this instant was not decided by it.
  const close = (opened: readonly Badge[], at: Date): void => {
    for (const badge of leastDependentFirst(compiled, opened)) {
      if (!state.held.has(badge.id)) note(stepBadge(compiled, state, badge), at)
    }
  }
  return { note, open, close, due, held, early }
}

const none: ReadonlySet<string> = new Set()

function idsOf(badges: readonly Badge[]): ReadonlySet<string> {
  return new Set(badges.map(({ id }) => id))
}

// What holds at the line and is not held is dated by the line, unless it was held before and is judged again.
function datesAtLine({ until }: Fold, former: readonly Badge[]): (milestone: CompiledMilestone) => Date {
  const formerDates = new Map(former.map(({ id, earnedAt }) => [id, earnedAt]))
  return ({ milestone: { id } }) => {
    const before = formerDates.get(id)
    return before && before < until ? before : until
  }
}

type AroundLine = { readonly early: readonly Badge[]; readonly badges: readonly Badge[] }

function aroundLine(badges: readonly Badge[], fold: Fold | null): AroundLine {
  if (!fold) return { early: [], badges }
  const first = badges.findIndex(({ earnedAt }) => earnedAt >= fold.until)
  return first === -1 ? { early: badges, badges: [] } : { early: badges.slice(0, first), badges: badges.slice(first) }
}

type AtInstant = (badges: readonly Badge[], at: Date) => void

// Opens all badges of an instant together before its completions, and closes them after.
function startTimeline(
  badges: readonly Badge[],
  { open, close }: { readonly open: AtInstant; readonly close: AtInstant },
): { readonly moveTo: (until: Date | null) => void } {
  let next = 0
  let opened: readonly Badge[] = []
  const closeBefore = (instant: Date | null): void => {
    const [first] = opened
    if (!first || (instant && instant <= first.earnedAt)) return
    close(opened, first.earnedAt)
    opened = []
  }
  return {
    moveTo: until => {
      for (let first = badges[next]; first && !(until && first.earnedAt > until); first = badges[next]) {
        const at = first.earnedAt
        closeBefore(at)
        const end = badges.findIndex(({ earnedAt }, i) => i > next && earnedAt > at)
        opened = badges.slice(next, end === -1 ? badges.length : end)
        next += opened.length
        open(opened, at)
      }
      closeBefore(until)
    },
  }
}

// Badges that nothing supports come first, because a badge that rests on others may be supported by one of them.
function leastDependentFirst(compiled: CompiledCatalog, badges: readonly Badge[]): readonly Badge[] {
  if (badges.length < 2) return badges
  const rests = ({ id }: Badge): number => {
    const milestone = milestoneOf(compiled, id)
    return milestone && leavesOf(milestone.requirement).some(({ type }) => type !== 'metric') ? 1 : 0
  }
  return [...badges].sort((a, b) => rests(a) - rests(b))
}

function rowsOf({ values, rows }: UserState, lastAt: ReadonlyMap<string, Date>): readonly CountedRow[] {
  const stepped = [...rows].flatMap(([metric, parts]) => [...parts].map(([part, row]) => ({ metric, part, row })))
  const plain = [...values].filter(([metric]) => !rows.has(metric))
  return [
    ...plain.map(([metric, value]) => ({ metric, part: wholePart, row: { value, lastAt: lastAt.get(metric)! } })),
    ...stepped,
  ]
}
