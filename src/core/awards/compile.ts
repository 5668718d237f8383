import { badgeIdParts, goalIdOf } from '../catalog/badge-id.js'
import { type Catalog, plainMilestones } from '../catalog/catalog.js'
import { type LevelRule, pointsOfLevel } from '../catalog/level.js'
import type { Milestone } from '../catalog/milestone.js'
import { type CompiledPointsRule, pointsRulesByCategory } from '../catalog/points-rule.js'
import { unitOf, withinMsOf } from '../metrics/filter.js'
import { isMetricRequirement, kindOf, type MetricRequirement } from '../metrics/kinds.js'
import type { Digest, Metric } from '../metrics/metric.js'
import { metricOf, targetOf } from '../metrics/metric-of.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import type { StreakRule } from '../metrics/streak-counting.js'
import { parseDuration } from '../time/duration.js'
import { type PeriodUnit, parsePeriod } from '../time/period.js'
import type { TimeWindow } from '../time/window.js'
import { compareDecimals, type Decimal, timesWhole } from '../values/decimal.js'
import { assertNever } from '../values/errors.js'
import { groupBy } from '../values/group-by.js'
import type { Metadata } from '../values/metadata.js'
import { badgeContent } from './badge.js'
import { fingerprint } from './fingerprint.js'
import { type FormerIds, formerIdsOf } from './former-ids.js'

/** A requirement ready to be evaluated: metrics looked up, targets exact, `all` and `any` written as `some`. */
export type CompiledRequirement =
  | {
      readonly type: 'metric'
      readonly metric: Metric
      readonly target: Decimal
      /** Where given, the part of the metric that must come to the target, not the metric itself: a calendar period. */
      readonly part?: string
      /** Where the requirement is a streak. */
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
  /** What its badge says, as metadata of the badge's row. */
  readonly badge: Metadata
  /** The place in the catalog: awards of one instant come in this order. */
  readonly order: number
  /** What must be true, prerequisites included. */
  readonly requirement: CompiledRequirement
  /** What progress shows: the requirement without prerequisites. */
  readonly goal: CompiledRequirement
  /** Where it can be reached again. */
  readonly repeat?: Repeat
}

/** How a milestone comes again. */
export type Repeat = {
  readonly max: number
  /** Gives what the n-th time takes, as a milestone of its own; n from 1 on. Where periods name the times, what n of them take. */
  readonly time: (n: number) => CompiledMilestone
  /** Where a calendar period is a time: which, and what one takes, by its label, as a milestone of its own. */
  readonly byPeriod: PeriodTimes | null
  /** What the value of the metric rises by between two times; null where the requirement is of no metric. */
  readonly every: Decimal | null
  /** Whether progress counts on from time to time, or begins anew after each. */
  readonly isCumulative: boolean
  /** What one time takes, as progress shows it. */
  readonly target: Decimal
}

/** Times that are calendar periods. */
export type PeriodTimes = { readonly unit: PeriodUnit; readonly time: (label: string) => CompiledMilestone }

/** A value at which something may become due, and the milestones to look at then. */
export type Target<Value> = { readonly value: Value; readonly milestones: readonly CompiledMilestone[] }

/** The targets of one metric: those that stand, in rising order, and milestones that come again and again. */
export type MetricTargets = {
  readonly fixed: readonly Target<Decimal>[]
  readonly repeated: readonly (CompiledMilestone & { readonly repeat: Repeat & { readonly every: Decimal } })[]
}

/** A catalog arranged so that what one completion costs does not depend on how many milestones there are. */
export type CompiledCatalog = {
  readonly catalog: Catalog
  /** In catalog order, retired ones left out. */
  readonly milestones: readonly CompiledMilestone[]
  /** What badges say, by the id of their milestone or tier, retired ones too. */
  readonly badgeContentById: ReadonlyMap<string, Metadata>
  readonly metrics: ReadonlyMap<string, Metric>
  readonly metricsByCategory: ReadonlyMap<string, readonly Metric[]>
  readonly pointsRulesByCategory: ReadonlyMap<string, readonly CompiledPointsRule[]>
  readonly targetsByMetric: ReadonlyMap<string, MetricTargets>
  /** Points and levels both, in rising order. */
  readonly pointTargets: readonly Target<number>[]
  /** By the id of a badge: the milestones that require it. */
  readonly dependents: ReadonlyMap<string, readonly CompiledMilestone[]>
  /** The ids of milestones that can be reached again, retired ones too: such an id alone names any of their times. */
  readonly repeatableIds: ReadonlySet<string>
  /** By ids that badges had before: the milestones and tiers that they are of now. */
  readonly formerIds: FormerIds
  /** Whether pauses matter: a streak is among the metrics. */
  readonly hasStreaks: boolean
  /** Whether the users' local days matter to a metric. */
  readonly asksForDays: boolean
  /** The calendar periods that metrics are divided into. */
  readonly units: ReadonlySet<PeriodUnit>
  /**
   * Names what users are counted and judged by: metrics, requirements, points, levels. Two catalogs that differ only in
   * words have the same.
   */
  readonly fingerprint: string
}

/** Arranges a checked catalog for recording. Cost grows with the catalog, so compile once. */
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
  const watches = milestones.flatMap(watchesOf)
  return {
    catalog,
    milestones,
    badgeContentById,
    metrics,
    metricsByCategory: byCategory(metrics.values()),
    pointsRulesByCategory: pointsRulesByCategory(catalog.points, digest),
    targetsByMetric: metricTargets(watches, milestones),
    pointTargets: pointTargets(watches),
    dependents: dependents(watches),
    repeatableIds: repeatableIdsOf(catalog),
    formerIds: formerIdsOf(catalog.definition.milestones),
    hasStreaks: milestones.some(({ goal }) => leavesOf(goal).some(leaf => leaf.type === 'metric' && leaf.streak)),
    asksForDays: [...metrics.values()].some(metric => metric.asksForDays),
    units: new Set([...metrics.values()].flatMap(({ unit }) => unit ?? [])),
    fingerprint: fingerprint(catalog, milestones, digest),
  }
}

function badgeContents(catalog: Catalog): ReadonlyMap<string, Metadata> {
  return new Map(
    plainMilestones(catalog).map((milestone, order) => [
      milestone.id,
      badgeContent(milestone, { locale: catalog.locale, replaces: tierBelow(catalog, order) }),
    ]),
  )
}

// The tiers of a milestone follow each other.
function tierBelow({ milestones }: Catalog, order: number): string | null {
  const { tier } = milestones[order]!
  return tier?.mode === 'replace' && tier.number > 1 ? milestones[order - 1]!.id : null
}

/**
 * Finds what a badge id stands for: a milestone, a tier, or a time of a repeatable one; undefined where nothing does. A repeatable
 * milestone itself stands for any of its times.
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

// Retired ones too.
function repeatableIdsOf({ milestones }: Catalog): ReadonlySet<string> {
  return new Set(milestones.flatMap(({ id, repeatable }) => (repeatable ? [id] : [])))
}

/** Names everything but `some`: what can change and so make a milestone due. */
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
  /** Where a calendar period is a time. */
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
    // With a cooldown, what stands at a period is that it was reached.
    goalIn: part => ({ ...goal, part, target: cooldownMs > 0 ? 1 : target }),
  }
}

// Whether times are counted by a metric of their own, since the value alone does not tell how many they are.
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

// A milestone that comes again is watched by itself at the targets of every time, but for its metric's: those have no end.
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
  const names = new Set([...fixed.keys(), ...repeated.keys()])
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
