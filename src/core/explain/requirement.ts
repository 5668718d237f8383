import type { CompiledMilestone, CompiledRequirement, MetricGoal } from '../awards/compile.js'
import { type Fold, startingMetrics } from '../awards/fold.js'
import { type LevelRule, levelAt } from '../catalog/level.js'
import { withinMsOf } from '../metrics/filter.js'
import type { MetricRequirement } from '../metrics/kinds.js'
import { shownNumber, valueIn } from '../metrics/metric.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import { holdingOf, type Naming } from '../progress/named-badge.js'
import { countsTimes, partsOf, presentOf } from '../progress/next-step.js'
import { streakOf } from '../progress/progress.js'
import type { ProgressView } from '../progress/progress-view.js'
import type { Decimal } from '../values/decimal.js'
import type { PartFacts } from '../words/part-text.js'
import type { Words } from '../words/words.js'
import { explainedCompletion, type SortedCompletions } from './completions.js'
import type {
  ExplainedMetric,
  ExplainedMilestones,
  ExplainedNode,
  ExplainedParts,
  ExplainedPoints,
} from './explanation.js'
import type { GainTrace } from './gains.js'
import type { MetricTrace } from './metrics.js'

/** The result of reading a history. */
export type ExplainedHistory = {
  readonly fold: Fold | null
  readonly trace: MetricTrace
  readonly gains: GainTrace
  readonly sorted: ReadonlyMap<string, SortedCompletions>
}

type Present = NonNullable<ExplainedMetric['present']>

type Context = {
  readonly milestone: CompiledMilestone
  readonly history: ExplainedHistory
  readonly view: ProgressView
  readonly naming: Naming
  readonly words: Words
  readonly compiled: { readonly catalog: { readonly levels: LevelRule } }
  readonly highestPoints?: number
}

/** Explains a requirement part by part. `goal`: the same requirement, compiled. */
export function explainedNode(
  context: Context,
  requirement: ExpandedRequirement,
  goal: CompiledRequirement,
): ExplainedNode {
  switch (goal.type) {
    case 'metric':
      return explainedMetric(context, requirement as MetricRequirement, goal)
    case 'points':
      return explainedPoints(context, { type: 'points', target: goal.target, targetPoints: goal.target })
    case 'level':
      return explainedPoints(context, { type: 'level', target: goal.target, targetPoints: goal.points })
    case 'milestones':
      return explainedMilestones('milestones', {
        ids: goal.ids,
        target: goal.target,
        naming: context.naming,
        words: context.words,
      })
    case 'some':
      return explainedParts(context, requirement, goal)
  }
}

/** Explains prerequisites. Returns null if there are none. */
export function explainedAfter(
  ids: readonly string[],
  { naming, words }: Pick<Context, 'naming' | 'words'>,
): ExplainedMilestones | null {
  return ids.length === 0 ? null : explainedMilestones('after', { ids, target: ids.length, naming, words })
}

function explainedParts(
  context: Context,
  requirement: ExpandedRequirement,
  { of, target }: Extract<CompiledRequirement, { type: 'some' }>,
): ExplainedParts {
  const given = partsOf(requirement)
  const parts = of.map((part, i) => explainedNode(context, given[i]!, part))
  const current = parts.filter(({ holds }) => holds).length
  const firstHeldAt = firstHeldBy(parts, target)
  return withText(context.words, {
    type: requirement.type as ExplainedParts['type'],
    current,
    target,
    holds: current >= target,
    firstHeldAt,
    parts,
  })
}

function withText<Node extends PartFacts>(words: Words, node: Node): Node & { text: string } {
  return { ...node, text: words.part(node) }
}

function withShare(words: Words, present: { readonly current: number; readonly target: number }): Present {
  return { ...present, text: words.share(present.current, present.target) }
}

function explainedMetric(context: Context, requirement: MetricRequirement, goal: MetricGoal): ExplainedMetric {
  const { milestone, history, view } = context
  const { metric } = goal
  const deciding = history.trace.deciding.get(goal)
  const { counted, notCounted } = history.sorted.get(metric.name)!
  return withText(context.words, {
    type: requirement.type,
    current: shownNumber(metric, reachedValue(goal, view)),
    target: shownNumber(metric, goal.target),
    holds: deciding !== undefined || history.trace.reachedBefore.has(goal),
    firstHeldAt: deciding?.completedAt ?? null,
    requirement,
    countsTimes: goal.part === undefined && countsTimes(goal),
    present: hasPresent(goal, requirement) ? withShare(context.words, presentOf(milestone, { goal, view })) : null,
    streak: goal.streak ? streakOf(goal, view) : null,
    ...(history.fold && { folded: foldedPart(goal, history.fold) }),
    counted: { ...counted, deciding: deciding ? explainedCompletion(deciding, view.calendar, metric) : null },
    notCounted,
  })
}

function foldedPart({ metric, part }: MetricGoal, fold: Fold): NonNullable<ExplainedMetric['folded']> {
  const { values, rows } = startingMetrics({ metrics: new Map([[metric.name, metric]]) }, fold)
  const value = part === undefined ? valueIn(values, metric) : (rows.get(metric.name)?.get(part)?.value ?? 0)
  return { until: fold.until, current: shownNumber(metric, value) }
}

function reachedValue({ metric, part }: MetricGoal, { state }: ProgressView): Decimal {
  return part === undefined ? valueIn(state.values, metric) : (state.rows.get(metric.name)?.get(part)?.value ?? 0)
}

// Whether the current value differs from the best so far. A period that is one time has only one value.
function hasPresent(goal: MetricGoal, requirement: MetricRequirement): boolean {
  if (goal.part !== undefined) return false
  const isRolling = withinMsOf(requirement) !== undefined
  return goal.streak !== undefined || goal.metric.unit !== undefined || isRolling || countsTimes(goal)
}

type PointsAsked = { readonly type: 'points' | 'level'; readonly target: number; readonly targetPoints: number }

function explainedPoints(
  { history, compiled, words, highestPoints }: Context,
  { type, target, targetPoints }: PointsAsked,
): ExplainedPoints {
  const { points, gains, reachedAt } = history.gains
  const { levels } = compiled.catalog
  const known = Number.isFinite(targetPoints) ? targetPoints : null
  const { level } = levelAt(levels, points)
  const keptLevel = levelAt(levels, points, highestPoints).level
  return withText(words, {
    type,
    current: type === 'points' ? points : level,
    target,
    holds: points >= targetPoints,
    firstHeldAt: reachedAt.get(targetPoints) ?? null,
    points,
    targetPoints: known,
    pointsText: words.points(points, known),
    ...(type === 'level' && keptLevel > level && { keptLevel }),
    gains,
  })
}

type MilestonesAsked = {
  readonly ids: readonly string[]
  readonly target: number
  readonly naming: Naming
  readonly words: Words
}

function explainedMilestones(
  type: ExplainedMilestones['type'],
  { ids, target, naming, words }: MilestonesAsked,
): ExplainedMilestones {
  const milestones = ids.map(id => holdingOf(naming, id))
  const current = milestones.filter(({ isHeld }) => isHeld).length
  const firstHeldAt = nthOf(
    milestones.map(({ earnedAt }) => earnedAt),
    target,
  )
  return withText(words, { type, current, target, holds: current >= target, firstHeldAt, milestones })
}

// Parts that were reached before the line of a fold were the first, but nobody knows when.
function firstHeldBy(parts: readonly ExplainedNode[], target: number): Date | null {
  const earlyCount = parts.filter(({ holds, firstHeldAt }) => holds && firstHeldAt === null).length
  const dates = parts.map(({ firstHeldAt }) => firstHeldAt)
  return target > earlyCount ? nthOf(dates, target - earlyCount) : null
}

// The instant at which the n-th of several first held. Null if fewer than n ever held.
function nthOf(dates: readonly (Date | null)[], n: number): Date | null {
  const inOrder = dates.filter(date => date !== null).sort((a, b) => a.getTime() - b.getTime())
  return inOrder[n - 1] ?? null
}
