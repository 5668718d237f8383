import type { PointsAdjustment } from '../awards/adjustments.js'
import type { Badge } from '../awards/badge.js'
import { type CompiledCatalog, type CompiledMilestone, leavesOf, type MetricGoal } from '../awards/compile.js'
import { namesOf, stateOf } from '../awards/decide.js'
import type { Fold } from '../awards/fold.js'
import { laterOf } from '../awards/standing.js'
import { badgeIdParts } from '../catalog/badge-id.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import { explainedStatus } from '../progress/milestone-status.js'
import { expiryDates, milestoneOfBadge, type Naming } from '../progress/named-badge.js'
import { type NextStep, nextStepOf } from '../progress/next-step.js'
import { nextTimeOf } from '../progress/next-time.js'
import type { ProgressView } from '../progress/progress-view.js'
import { stepTo } from '../progress/what-next.js'
import type { Calendar, ZoneSince } from '../time/calendar.js'
import { dayStartText } from '../time/day-start.js'
import { dayLabel } from '../time/period.js'
import type { Words } from '../words/words.js'
import { type CompletionSorter, type StoredCountable, startSorting } from './completions.js'
import type {
  DecidedBy,
  ExplainedNode,
  ExplainedStep,
  Explanation,
  ManualDecision,
  UndoneCompletions,
} from './explanation.js'
import { type GainTracer, startGains } from './gains.js'
import { focusedOn, type MetricTrace, startTrace } from './metrics.js'
import { type ExplainedHistory, explainedAfter, explainedNode } from './requirement.js'

/** What an explanation needs, besides the history. */
export type ExplainQuery = {
  readonly userId: string
  readonly compiled: CompiledCatalog
  /** The milestone, tier or time to explain, and its requirement as the catalog has it. */
  readonly milestone: CompiledMilestone
  readonly requirement: ExpandedRequirement
  /** Sorted by date. */
  readonly badges: readonly Badge[]
  readonly naming: Naming
  readonly words: Words
  readonly manualDecision: ManualDecision | null
  /** Ids of badges that were revoked manually. */
  readonly refused?: ReadonlySet<string> | undefined
  /** Ids of badges that as many users have as can. */
  readonly full?: ReadonlySet<string> | undefined
  readonly undone: UndoneCompletions
  readonly calendar: Calendar
  readonly zones: readonly ZoneSince[]
  readonly catalogVersion: number | null
  readonly now: Date
  /** The most entries in each list. */
  readonly limit: number
  /** What was counted before, if completions were folded. */
  readonly fold?: Fold | null
  /** Points that were adjusted manually, in order of time. */
  readonly adjustments?: readonly PointsAdjustment[]
  /** The most points that the user had before losing some. */
  readonly highestPoints?: number
}

/**
 * Explains a badge by reading the history twice, in order of time: `trace` every stored completion, then `sort` every
 * one, then `finish`. Uses the same metrics as recording. Memory use grows with the limit, not with the history.
 */
export type Explainer = {
  readonly trace: (completion: StoredCountable) => void
  readonly sort: (completion: StoredCountable) => void
  readonly finish: () => Explanation
}

/** Starts an explanation. */
export function startExplaining(query: ExplainQuery): Explainer {
  const { compiled, milestone, calendar, limit, now, fold = null } = query
  const goals = metricGoalsOf(milestone)
  const focused = focusedOn(compiled, goals)
  const tracer = startTrace(focused, goals, { calendar, fold })
  const gains = startGainsOf(query)
  let sorting: { readonly trace: MetricTrace; readonly sorter: CompletionSorter } | undefined
  const sortingNow = (): NonNullable<typeof sorting> => {
    const trace = sorting?.trace ?? tracer.finish(now)
    sorting ??= { trace, sorter: startSorting(focused, trace, { limit, fold }) }
    return sorting
  }
  return {
    trace: completion => {
      if (completion.isAhead) return
      tracer.add(completion)
      gains.add(completion)
    },
    sort: completion => sortingNow().sorter.add(completion),
    finish: () => {
      const { trace, sorter } = sortingNow()
      return explanationFrom(query, { fold, trace, gains: gains.finish(), sorted: sorter.finish() })
    },
  }
}

/** Lists the metrics that an explanation counts. */
export function metricGoalsOf({ goal }: CompiledMilestone): readonly MetricGoal[] {
  return leavesOf(goal).filter(leaf => leaf.type === 'metric')
}

/** Tells whether an explanation needs points. */
export function asksForPoints({ goal }: CompiledMilestone): boolean {
  return leavesOf(goal).some(({ type }) => type === 'points' || type === 'level')
}

function startGainsOf(query: ExplainQuery): GainTracer {
  const { milestone, badges, limit, calendar, fold = null, adjustments = [] } = query
  const targets = leavesOf(milestone.goal).flatMap(leaf => {
    if (leaf.type === 'points') return [leaf.target]
    return leaf.type === 'level' ? [leaf.points] : []
  })
  return startGains({ badges, adjustments, targets, limit, calendar, fold })
}

function explanationFrom(query: ExplainQuery, history: ExplainedHistory): Explanation {
  const { milestone, badges } = query
  const { id, after: prerequisites } = milestone.milestone
  const badge = badges.find(held => namesOf(query.compiled.repeatableIds, held.id).includes(id))
  const view = viewOf(query, history)
  const requirement = explainedNode({ ...query, view, history }, query.requirement, milestone.goal)
  const after = explainedAfter(prerequisites, query)
  const holds = requirement.holds && (after?.holds ?? true)
  const isEarned = badge !== undefined
  const status = explainedStatus(milestone, view, { isEarned, isLocked: after?.holds === false })
  const isDated = holds && requirement.firstHeldAt !== null
  const firstHeldAt = isDated ? laterOf(requirement.firstHeldAt, after?.firstHeldAt ?? null) : null
  return {
    userId: query.userId,
    milestone: { id, ...titleAndPlace(query) },
    status,
    isEarned,
    earnedAt: badge?.earnedAt ?? null,
    expiresAt: view.expiresAtById?.get(id) ?? null,
    awardedBy: badge?.awardedBy ?? null,
    decidedBy: badge ? decidedBy(query, badge, { requirement, firstHeldAt }) : null,
    manualDecision: query.manualDecision,
    holds,
    firstHeldAt,
    requirement,
    after,
    undone: query.undone,
    nextStep: badge && !(status === 'expired' && isAnyTime(milestone)) ? null : explainedStep(query, view),
    ...surroundings(query),
  }
}

type Surroundings = Pick<
  Explanation,
  'locale' | 'timeZone' | 'zones' | 'dayStartsAt' | 'today' | 'asOf' | 'catalogFingerprint' | 'catalogVersion'
>

function surroundings({ compiled, words, calendar, zones, catalogVersion, now }: ExplainQuery): Surroundings {
  const dayStart = calendar.dayStartMsAt(now.getTime())
  return {
    locale: words.locale,
    timeZone: calendar.zoneAt(now.getTime()),
    zones: [...zones].sort((a, b) => a.since.getTime() - b.since.getTime()),
    ...(dayStart > 0 && { dayStartsAt: dayStartText(dayStart) }),
    today: dayLabel(calendar.dayOf(now.getTime())),
    asOf: now,
    catalogFingerprint: compiled.fingerprint,
    catalogVersion,
  }
}

function titleAndPlace({ milestone: { milestone, repeat }, naming }: ExplainQuery) {
  const { id, tier, isRetired } = milestone
  const { time = null } = badgeIdParts(id)
  const title = milestoneOfBadge(naming, id)?.title ?? milestone.title
  return { title, tier, time: time === null || repeat?.byPeriod ? time : Number(time), isRetired }
}

// Progress as a recount would leave it. The points of badges and completions are only known if the goal needs them.
function viewOf(
  { compiled, badges, naming, refused, full, calendar, now }: ExplainQuery,
  { trace, gains }: ExplainedHistory,
): ProgressView {
  const { values, rows } = trace.state
  const completionPoints = gains.gains.completionPoints + gains.gains.adjustedPoints
  const { repeatableIds } = compiled
  const state = stateOf({ badges, completionPoints, values, rows, calendar, repeatableIds })
  const expiresAtById = expiryDates(badges, repeatableIds)
  return { state, earnedAtById: naming.earnedAtById, expiresAtById, refused, full, rows, now, calendar }
}

type Judged = { readonly requirement: ExplainedNode; readonly firstHeldAt: Date | null }

function decidedBy(query: ExplainQuery, badge: Badge, { requirement, firstHeldAt }: Judged): DecidedBy {
  const isManual = query.manualDecision?.decision === 'awarded' && badge.awardedBy === null
  if (isManual && firstHeldAt?.getTime() !== badge.earnedAt.getTime()) return { type: 'manual' }
  if (firstHeldAt && firstHeldAt <= badge.earnedAt) {
    return { type: 'requirement', completion: decidingAt(requirement, firstHeldAt) }
  }
  const { fold } = query
  return fold && badge.earnedAt < fold.until ? { type: 'folded', until: fold.until } : { type: 'row' }
}

function decidingAt(node: ExplainedNode, at: Date): DecidingCompletion {
  switch (node.type) {
    case 'all':
    case 'any':
    case 'some':
      return node.parts.map(part => decidingAt(part, at)).find(found => found !== null) ?? null
    case 'points':
    case 'level':
    case 'milestones':
    case 'after':
      return null
    default:
      return node.firstHeldAt?.getTime() === at.getTime() ? node.counted.deciding : null
  }
}

type DecidingCompletion = Extract<DecidedBy, { type: 'requirement' }>['completion']

function explainedStep(query: ExplainQuery, view: ProgressView): ExplainedStep {
  const step = nextStep(query, view)
  const hint = milestoneOfBadge(query.naming, query.milestone.milestone.id)?.hint
  return { ...step, text: query.words.nextStep(step, { ...view, hint }) }
}

function nextStep({ milestone, requirement, naming, manualDecision }: ExplainQuery, view: ProgressView): NextStep {
  if (manualDecision?.decision === 'revoked') return { type: 'none', because: 'revoked' }
  if (milestone.milestone.isRetired) return { type: 'none', because: 'retired' }
  if (view.full?.has(milestone.milestone.id)) return { type: 'none', because: 'full' }
  if (!isAnyTime(milestone)) return nextStepOf({ milestone, requirement, view, naming })
  const next = nextTimeOf(milestone, view)
  return next ? stepTo(next, { requirement, view, naming }) : { type: 'none', because: 'over' }
}

// If no single time of a repeatable milestone is explained, the next time is what can be earned.
function isAnyTime({ milestone: { id }, repeat }: CompiledMilestone): boolean {
  return repeat !== undefined && badgeIdParts(id).time === undefined
}
