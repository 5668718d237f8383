import { type Countable, type MetricRow, type MetricRows, wholePart } from '../metrics/metric.js'
import type { Calendar } from '../time/calendar.js'
import type { Badge } from './badge.js'
import { type CompiledCatalog, type CompiledMilestone, leavesOf, milestoneOf } from './compile.js'
import { decide, holds, type UserState } from './decide.js'
import { step, stepBadge } from './replay.js'

/** A badge that is due, and the instant at which its requirement first held. */
export type DueBadge = { readonly milestone: CompiledMilestone; readonly at: Date }

/** A row of a metric as the history gives it. */
export type CountedRow = { readonly metric: string; readonly part: string; readonly row: MetricRow }

/** What a user's whole history comes to. */
export type HistoryCount = {
  readonly rows: readonly CountedRow[]
  /** In order of their dates. Empty where everything due is held. */
  readonly due: readonly DueBadge[]
  /** By id: when badges that were judged came to hold, at their own dates or at others. */
  readonly judged: ReadonlyMap<string, DueBadge>
  /** Ids of judged badges whose requirements held before their dates. */
  readonly early: ReadonlySet<string>
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

/** Which of the badges held are judged, by id. */
export type Judging = {
  /** They take effect when their requirements hold, at their own dates at the earliest. */
  readonly judged: ReadonlySet<string>
  /** Of these, those that take effect as soon as their requirements hold. */
  readonly undated?: ReadonlySet<string>
  /** Whether a judged badge that nothing supports at its date takes effect all the same, and is then not among `HistoryCount.judged`. */
  readonly keepsAll?: boolean
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
  /** None when left out: badges that are held take effect at their own dates and keep them. */
  readonly judging?: Judging | undefined
}

/** Starts to recount a user. */
export function startCount(compiled: CompiledCatalog, start: CountStart): HistoryCounter {
  const { badges, calendar, refused, former = [], judging } = start
  const { judged = none, undated = none, keepsAll = false } = judging ?? {}
  const reserved = new Set([...badges.map(({ id }) => id).filter(id => !undated.has(id)), ...refused])
  const state: UserState = {
    calendar,
    values: new Map(),
    rows: new Map(),
    held: new Set(),
    reserved,
    pointsById: new Map([...former, ...badges].map(({ id, points }) => [id, points])),
    points: 0,
  }
  const lastAt = new Map<string, Date>()
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
  const openBadges = (opened: readonly Badge[], at: Date): void => {
    const candidates = opened.flatMap(({ id }) => (judged.has(id) ? (milestoneOf(compiled, id) ?? []) : []))
    for (const { milestone, requirement } of candidates) {
      if (!state.held.has(milestone.id) && holds(requirement, state)) early.add(milestone.id)
    }
    for (const { id } of opened) if (judged.has(id)) reserved.delete(id)
    for (const badge of opened) if (!judged.has(badge.id)) note(stepBadge(compiled, state, badge), at)
    if (candidates.length > 0) note(decide(compiled, state, candidates), at)
  }
  // At the end of an instant: what has not come to hold by all of it was not decided by it.
  const closeBadges = (opened: readonly Badge[], at: Date): void => {
    for (const badge of leastDependentFirst(compiled, opened)) {
      if (!state.held.has(badge.id)) note(stepBadge(compiled, state, badge), at)
    }
  }
  const timeline = startTimeline(badges, { open: openBadges, close: keepsAll ? closeBadges : () => {} })
  return {
    add: completion => {
      const at = completion.completedAt
      timeline.moveTo(at)
      const milestones = step(compiled, state, completion, (metric, isKnown) => {
        if (!isKnown) throw new TypeError(`A history was counted out of order: ${metric.name}`)
        lastAt.set(metric.name, at)
      })
      if (milestones.length > 0) note(milestones, at)
    },
    finish: () => {
      timeline.moveTo(null)
      return { rows: rowsOf(state, lastAt), due, judged: held, early }
    },
  }
}

const none: ReadonlySet<string> = new Set()

type AtInstant = (badges: readonly Badge[], at: Date) => void

// Opens the badges of each instant before its completions, all at once, and closes them after.
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

// A badge that rests on others may be supported by one of these that nothing supports.
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
