import { badgeIdParts, goalIdOf, repeatableIdsOf } from '../catalog/badge-id.js'
import type { Catalog } from '../catalog/catalog.js'
import { type LevelRule, pointsOfLevel } from '../catalog/level.js'
import type { Milestone } from '../catalog/milestone.js'
import { type CompiledPointsRule, pointsRulesByCategory } from '../catalog/points-rule.js'
import { unitOf, withinMsOf } from '../metrics/filter.js'
import { isMetricRequirement, kindOf, type MetricRequirement } from '../metrics/kinds.js'
import type { Digest, Metric } from '../metrics/metric.js'
import { metricOf, targetOf } from '../metrics/metric-of.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import type { StreakRule } from '../metrics/streak-state.js'
import { parseDuration } from '../time/duration.js'
import { type PeriodUnit, parsePeriod } from '../time/period.js'
import type { TimeWindow } from '../time/window.js'
import { compareDecimals, type Decimal, timesWhole } from '../values/decimal.js'
import { assertNever } from '../values/errors.js'
import { groupBy } from '../values/group-by.js'
import type { Metadata } from '../values/metadata.js'
import { badgeContents } from './badge-contents.js'
import { type BadgeLimits, badgeLimitsOf } from './badge-limits.js'
import {
  type CompiledBoard,
  compileBoards,
  countedFor,
  type PeriodBoards,
  periodBoardsOf,
  streaksOf,
} from './compile-boards.js'
import { fingerprint } from './fingerprint.js'
import { type FormerIds, formerIdsOf } from './former-ids.js'

/** A requirement ready to be evaluated: metrics looked up, targets exact, `all` and `any` written as `some`. */
export type CompiledRequirement =
  | {
      readonly type: 'metric'
      readonly metric: Metric
      readonly target: Decimal
      /** The part of the metric that must reach the target in place of the metric itself: a calendar period. */
      readonly part?: string
      /** Set if the requirement is a streak. */
      readonly streak?: StreakRule
    }
  | { readonly type: 'points'; readonly target: number }
  | { readonly type: 'level'; readonly target: number; readonly points: number }
  | { readonly type: 'milestones'; readonly ids: readonly string[]; readonly target: number }
  | { readonly type: 'some'; readonly of: readonly CompiledRequirement[]; readonly target: number }

/** A goal that compares a metric with a target. */
export type MetricGoal = Extract<CompiledRequirement, { readonly type: 'metric' }>

export type CompiledMilestone = {
  readonly milestone: Milestone
  /** The content of its badge, as metadata of the badge's row. */
  readonly badge: Metadata
  /** The position in the catalog. Awards at the same instant are in this order. */
  readonly order: number
  /** What must be true, including prerequisites. */
  readonly requirement: CompiledRequirement
  /** What progress shows: the requirement without prerequisites. */
  readonly goal: CompiledRequirement
  /** Set if it can be earned again. */
  readonly repeat?: Repeat
}

/** How a milestone repeats. */
export type Repeat = {
  readonly max: number
  /**
   * Returns the n-th time as a milestone of its own, for n from 1. If times are named by periods, it requires n of
   * them.
   */
  readonly time: (n: number) => CompiledMilestone
  /** Set if each time is a calendar period: the unit, and the time with a label as a milestone of its own. */
  readonly byPeriod: PeriodTimes | null
  /** How much the value of the metric rises between two times. Null if the requirement is not about a metric. */
  readonly every: Decimal | null
  /** Whether progress continues from one time to the next, or starts again at 0. */
  readonly isCumulative: boolean
  /** The target of one time, as shown in progress. */
  readonly target: Decimal
}

/** Times that are calendar periods. */
export type PeriodTimes = { readonly unit: PeriodUnit; readonly time: (label: string) => CompiledMilestone }

/** A value at which milestones may become due, and these milestones. */
export type Target<Value> = { readonly value: Value; readonly milestones: readonly CompiledMilestone[] }

/** The targets of one metric: fixed ones, in rising order, and milestones that repeat. */
export type MetricTargets = {
  readonly fixed: readonly Target<Decimal>[]
  readonly repeated: readonly (CompiledMilestone & { readonly repeat: Repeat & { readonly every: Decimal } })[]
}

/** A catalog prepared so that the cost of one completion does not depend on how many milestones there are. */
export type CompiledCatalog = {
  readonly catalog: Catalog
  /** In catalog order, without retired ones. */
  readonly milestones: readonly CompiledMilestone[]
  /** The content of badges, by the id of their milestone or tier, including retired ones. */
  readonly badgeContentById: ReadonlyMap<string, Metadata>
  readonly metrics: ReadonlyMap<string, Metric>
  readonly metricsByCategory: ReadonlyMap<string, readonly Metric[]>
  readonly pointsRulesByCategory: ReadonlyMap<string, readonly CompiledPointsRule[]>
  readonly targetsByMetric: ReadonlyMap<string, MetricTargets>
  /** The targets of points and levels, in rising order. */
  readonly pointTargets: readonly Target<number>[]
  /** By the id of a badge: the milestones that require it. */
  readonly dependents: ReadonlyMap<string, readonly CompiledMilestone[]>
  /** The ids of repeatable milestones, including retired ones. Such an id alone matches any of their times. */
  readonly repeatableIds: ReadonlySet<string>
  /** By former badge id: the milestone or tier it belongs to now. */
  readonly formerIds: FormerIds
  readonly boards: readonly CompiledBoard[]
  /** The periods of boards by points and by badges. Null if there are none. */
  readonly periodBoards: PeriodBoards | null
  /** By badge id: badges that only so many users can have. */
  readonly limits: BadgeLimits
  /** Whether pauses matter, because a metric is a streak, and whether freezes that were granted do. */
  readonly hasStreaks: boolean
  readonly hasFreezes: boolean
  /** Whether the users' local days matter to a metric. */
  readonly asksForDays: boolean
  /** The calendar periods into which metrics are divided. */
  readonly units: ReadonlySet<PeriodUnit>
  /**
   * Identifies what users are counted and judged by: metrics, requirements, points, levels. Two catalogs that differ
   * only in texts have the same fingerprint.
   */
  readonly fingerprint: string
}

/** Prepares a checked catalog for recording. The cost grows with the catalog, so compile it once. */
export function compileCatalog(catalog: Catalog, digest: Digest): CompiledCatalog {
  const metrics = new Map<string, Metric>()
  const badgeContentById = badgeContents(catalog)
  const milestones = catalog.milestones.flatMap((milestone, order) => {
    if (milestone.isRetired) return []
    const available = milestone.available ?? undefined
    const context = { metrics, levels: catalog.levels, digest, available }
    const badge = badgeContentById.get(milestone.id)!
    return [compileMilestone({ milestone, badge, order, requirement: catalog.requirements[order]! }, context)]
  })
  const boards = compileBoards(catalog.boards, digest)
  for (const { metric } of boards) if (metric) metrics.set(metric.name, metric)
  const formerIds = formerIdsOf(catalog.definition.milestones)
  const watches = milestones.flatMap(watchesOf)
  const leaves = milestones.flatMap(({ goal }) => leavesOf(goal))
  const streaks = [...leaves.flatMap(leaf => (leaf.type === 'metric' && leaf.streak) || []), ...streaksOf(boards)]
  return {
    catalog,
    milestones,
    badgeContentById,
    metrics,
    metricsByCategory: byCategory(metrics.values()),
    pointsRulesByCategory: pointsRulesByCategory(catalog, digest),
    targetsByMetric: metricTargets(metrics.keys(), watches, milestones),
    pointTargets: pointTargets(watches),
    dependents: dependents(watches),
    repeatableIds: repeatableIdsOf(catalog.milestones),
    boards,
    periodBoards: periodBoardsOf(boards),
    formerIds,
    limits: badgeLimitsOf(milestones, formerIds),
    hasStreaks: streaks.length > 0,
    hasFreezes: streaks.some(({ freezes }) => freezes !== undefined),
    asksForDays: [...metrics.values()].some(metric => metric.asksForDays),
    units: new Set([...metrics.values()].flatMap(({ unit }) => unit ?? [])),
    fingerprint: fingerprint(catalog, { milestones, boards: countedFor(boards) }, digest),
  }
}

/**
 * Finds what a badge id means: a milestone, a tier, or a time of a repeatable milestone. Undefined if there is none.
 * The bare id of a repeatable milestone matches any of its times.
 */
export function milestoneOf({ milestones }: CompiledCatalog, badgeId: string): CompiledMilestone | undefined {
  const { time } = badgeIdParts(badgeId)
  const id = goalIdOf(badgeId)
  const compiled = milestones.find(({ milestone }) => milestone.id === id)
  return time === undefined ? compiled : compiled?.repeat && timeNamed(compiled.repeat, time)
}

function timeNamed({ byPeriod, max, time }: Repeat, name: string): CompiledMilestone | undefined {
  if (byPeriod) return parsePeriod(byPeriod.unit, name) === undefined ? undefined : byPeriod.time(name)
  return /^[1-9]\d*$/.test(name) && Number(name) <= max ? time(Number(name)) : undefined
}

/** Any requirement but `some`: only leaves can change and make a milestone due. */
export type Leaf = Exclude<CompiledRequirement, { readonly type: 'some' }>

/** Lists the leaves of a requirement. */
export function leavesOf(requirement: CompiledRequirement): readonly Leaf[] {
  return requirement.type === 'some' ? requirement.of.flatMap(leavesOf) : [requirement]
}

type Context = {
  readonly metrics: Map<string, Metric>
  readonly levels: LevelRule
  readonly digest: Digest
  readonly available: TimeWindow | undefined
}
type MilestoneParts = Pick<CompiledMilestone, 'milestone' | 'badge' | 'order'> & {
  readonly requirement: ExpandedRequirement
}
type Watch = { readonly milestone: CompiledMilestone; readonly node: Leaf }

function compileMilestone({ requirement, ...given }: MilestoneParts, context: Context): CompiledMilestone {
  const { milestone } = given
  const gated = (goal: CompiledRequirement): CompiledRequirement => {
    const { after } = milestone
    if (after.length === 0) return goal
    return { type: 'some', of: [goal, { type: 'milestones', ids: after, target: after.length }], target: 2 }
  }
  const { repeatable } = milestone
  if (!repeatable) {
    const goal = compileRequirement(requirement, context)
    return { ...given, goal, requirement: gated(goal) }
  }
  const cooldownMs = repeatable.cooldown === undefined ? 0 : parseDuration(repeatable.cooldown)!
  const plan = repeatPlan(requirement, context, cooldownMs)
  const timed = (name: string, goal: CompiledRequirement): CompiledMilestone => {
    return { ...given, milestone: { ...milestone, id: `${milestone.id}@${name}` }, goal, requirement: gated(goal) }
  }
  const time = (n: number): CompiledMilestone => timed(String(n), plan.goalOf(n))
  const { every, isCumulative, target, unit } = plan
  const byPeriod = unit ? { unit, time: (label: string) => timed(label, plan.goalIn(label)) } : null
  const max = repeatable.max ?? Number.POSITIVE_INFINITY
  return { ...time(1), milestone, repeat: { max, time, byPeriod, every, isCumulative, target } }
}

type RepeatPlan = Pick<Repeat, 'every' | 'isCumulative' | 'target'> & {
  readonly goalOf: (n: number) => CompiledRequirement
  /** Set if each time is a calendar period. */
  readonly unit: PeriodUnit | undefined
  readonly goalIn: (label: string) => CompiledRequirement
}

function repeatPlan(requirement: ExpandedRequirement, context: Context, cooldownMs: number): RepeatPlan {
  if (isMetricRequirement(requirement)) return metricRepeatPlan(requirement, context, cooldownMs)
  switch (requirement.type) {
    case 'points':
    case 'level':
    case 'milestones': {
      const goal = compileRequirement(requirement, context) as Extract<
        CompiledRequirement,
        { type: typeof requirement.type }
      >
      const goalOf = (n: number): CompiledRequirement =>
        compileRequirement({ ...requirement, target: goal.target * n }, context)
      return { every: null, isCumulative: true, target: goal.target, goalOf, unit: undefined, goalIn: () => goal }
    }
    default:
      throw new TypeError(`A ${requirement.type} requirement cannot be repeated`)
  }
}

function metricRepeatPlan(requirement: MetricRequirement, context: Context, cooldownMs: number): RepeatPlan {
  const isOwn = countsTimes(requirement, cooldownMs)
  const goal = compileMetric(requirement, { ...context, repeat: isOwn ? { cooldownMs } : undefined })
  const target = targetOf(requirement)
  const every = isOwn ? 1 : target
  const isHighest = kindOf(requirement).counting === 'maximum' && unitOf(requirement) === undefined
  return {
    every,
    isCumulative: !isOwn || isHighest,
    target,
    unit: goal.metric.unit,
    goalOf: n => ({ ...goal, target: timesWhole(every, n) }),
    // With a cooldown, the row of a period only shows that the period was reached.
    goalIn: part => ({ ...goal, part, target: cooldownMs > 0 ? 1 : target }),
  }
}

// Whether a metric of its own counts the times, because the value alone does not show how many there are.
function countsTimes(requirement: MetricRequirement, cooldownMs: number): boolean {
  if (kindOf(requirement).repeats?.needOwnCounting || cooldownMs > 0) return true
  return unitOf(requirement) !== undefined || withinMsOf(requirement) !== undefined
}

function compileRequirement(requirement: ExpandedRequirement, context: Context): CompiledRequirement {
  if (isMetricRequirement(requirement)) return compileMetric(requirement, context)
  switch (requirement.type) {
    case 'points':
      return { type: 'points', target: requirement.target }
    case 'level':
      return {
        type: 'level',
        target: requirement.target,
        points: pointsOfLevel(context.levels, requirement.target) ?? Number.POSITIVE_INFINITY,
      }
    case 'milestones': {
      const ids = [...new Set(requirement.ids)]
      return { type: 'milestones', ids, target: requirement.target ?? ids.length }
    }
    case 'all':
    case 'any':
    case 'some': {
      const of = requirement.of.map(part => compileRequirement(part, context))
      return { type: 'some', of, target: partsNeeded(requirement) }
    }
    default:
      return assertNever(requirement)
  }
}

function partsNeeded(requirement: Extract<ExpandedRequirement, { type: 'all' | 'any' | 'some' }>): number {
  if (requirement.type === 'some') return requirement.target
  return requirement.type === 'all' ? requirement.of.length : 1
}

function compileMetric(
  requirement: MetricRequirement,
  { metrics, digest, available, repeat }: Context & { readonly repeat?: { readonly cooldownMs: number } | undefined },
): Extract<CompiledRequirement, { type: 'metric' }> {
  const built = metricOf(requirement, { digest, available, repeat })
  const metric = metrics.get(built.name) ?? built
  metrics.set(metric.name, metric)
  const streak = kindOf(requirement).streakRuleOf?.(requirement)
  return { type: 'metric', metric, target: targetOf(requirement), ...(streak && { streak }) }
}

// A repeatable milestone is looked at when any target of any of its times is crossed, except targets of its own metric:
// those have no end and are handled separately.
function watchesOf(milestone: CompiledMilestone): readonly Watch[] {
  const { repeat } = milestone
  if (!repeat) return leavesOf(milestone.requirement).map(node => ({ milestone, node }))
  const times = repeat.every === null ? Array.from({ length: repeat.max }, (_, i) => repeat.time(i + 1)) : [milestone]
  const nodes = times.flatMap(({ requirement }) => leavesOf(requirement))
  return nodes.filter(({ type }) => type !== 'metric').map(node => ({ milestone, node }))
}

function byCategory(metrics: Iterable<Metric>): Map<string, Metric[]> {
  const pairs = [...metrics].flatMap(metric => metric.categories.map(category => ({ category, metric })))
  return mapped(
    groupBy(pairs, ({ category }) => category),
    list => list.map(({ metric }) => metric),
  )
}

function metricTargets(
  names: Iterable<string>,
  watches: readonly Watch[],
  milestones: readonly CompiledMilestone[],
): Map<string, MetricTargets> {
  const fixed = groupBy(
    watches.flatMap(({ milestone, node }) =>
      node.type === 'metric' ? [{ name: node.metric.name, value: node.target, milestone }] : [],
    ),
    ({ name }) => name,
  )
  const repeated = groupBy(milestones.filter(isRepeatedByMetric), ({ goal }) =>
    goal.type === 'metric' ? goal.metric.name : '',
  )
  return new Map(
    [...names].map(name => [
      name,
      { fixed: targetsInOrder(fixed.get(name) ?? [], compareDecimals), repeated: repeated.get(name) ?? [] },
    ]),
  )
}

function isRepeatedByMetric(milestone: CompiledMilestone): milestone is MetricTargets['repeated'][number] {
  return milestone.repeat !== undefined && milestone.repeat.every !== null
}

function pointTargets(watches: readonly Watch[]): Target<number>[] {
  const targets = watches.flatMap(({ milestone, node }) => {
    if (node.type === 'points') return [{ value: node.target, milestone }]
    return node.type === 'level' ? [{ value: node.points, milestone }] : []
  })
  return targetsInOrder(targets, (a, b) => a - b)
}

function targetsInOrder<Value>(
  targets: readonly { readonly value: Value; readonly milestone: CompiledMilestone }[],
  compare: (a: Value, b: Value) => number,
): Target<Value>[] {
  const result: { value: Value; milestones: CompiledMilestone[] }[] = []
  for (const { value, milestone } of [...targets].sort((a, b) => compare(a.value, b.value))) {
    const last = result.at(-1)
    if (last && compare(last.value, value) === 0) last.milestones.push(milestone)
    else result.push({ value, milestones: [milestone] })
  }
  return result
}

function dependents(watches: readonly Watch[]): Map<string, CompiledMilestone[]> {
  const pairs = watches.flatMap(({ milestone, node }) =>
    node.type === 'milestones' ? node.ids.map(id => ({ id, milestone })) : [],
  )
  return mapped(
    groupBy(pairs, ({ id }) => id),
    list => [...new Set(list.map(({ milestone }) => milestone))],
  )
}

function mapped<Key, In, Out>(map: ReadonlyMap<Key, In>, change: (value: In) => Out): Map<Key, Out> {
  return new Map([...map].map(([key, value]) => [key, change(value)]))
}
