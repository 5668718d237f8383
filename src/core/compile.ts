import type { Catalog, Milestone } from './catalog.js'
import { compareDecimals, type Decimal, decimalFromNumber, formatDecimal } from './decimal.js'
import { assertNever } from './errors.js'
import { groupBy } from './group-by.js'
import { type LevelRule, pointsOfLevel } from './level.js'
import { type Digest, type Metric, type MetricRequirement, metricOf } from './metric.js'
import type { ExpandedRequirement } from './requirement.js'

/** A requirement ready to be evaluated: metrics looked up, targets exact, `all` and `any` written as `some`. */
export type CompiledRequirement =
  | { readonly type: 'metric'; readonly metric: Metric; readonly target: Decimal }
  | { readonly type: 'points'; readonly target: number }
  | { readonly type: 'level'; readonly target: number; readonly points: number }
  | { readonly type: 'milestones'; readonly ids: readonly string[]; readonly target: number }
  | { readonly type: 'some'; readonly of: readonly CompiledRequirement[]; readonly target: number }

export type CompiledMilestone = {
  readonly milestone: Milestone
  /** The place in the catalog: awards of one instant come in this order. */
  readonly order: number
  readonly requirement: CompiledRequirement
}

/** A value at which something may become due, and the milestones to look at then. */
export type Target<Value> = { readonly value: Value; readonly milestones: readonly CompiledMilestone[] }

/** A catalog arranged so that what one completion costs does not depend on how many milestones there are. */
export type CompiledCatalog = {
  readonly catalog: Catalog
  readonly milestones: readonly CompiledMilestone[]
  readonly metrics: ReadonlyMap<string, Metric>
  readonly metricsByCategory: ReadonlyMap<string, readonly Metric[]>
  /** By metric name, in rising order. */
  readonly targetsByMetric: ReadonlyMap<string, readonly Target<Decimal>[]>
  /** Points and levels both, in rising order. */
  readonly pointTargets: readonly Target<number>[]
  /** By the id of a milestone: those that require it. */
  readonly dependents: ReadonlyMap<string, readonly CompiledMilestone[]>
  /**
   * Names what users are counted and judged by: metrics, requirements, points, levels. Two catalogs that differ only in
   * words have the same.
   */
  readonly fingerprint: string
}

/** Arranges a checked catalog for recording. Cost grows with the catalog, so compile once. */
export function compileCatalog(catalog: Catalog, digest: Digest): CompiledCatalog {
  const metrics = new Map<string, Metric>()
  const milestones = catalog.milestones.map((milestone, order) => {
    const requirement = compileRequirement(catalog.requirements[order]!, { metrics, levels: catalog.levels, digest })
    return { milestone, order, requirement }
  })
  const watches = milestones.flatMap(milestone => watchesOf(milestone.requirement).map(node => ({ milestone, node })))
  return {
    catalog,
    milestones,
    metrics,
    metricsByCategory: byCategory(metrics.values()),
    targetsByMetric: metricTargets(watches),
    pointTargets: pointTargets(watches),
    dependents: dependents(watches),
    fingerprint: fingerprint(catalog, milestones, digest),
  }
}

/** Names everything but `some`: what can change and so make a milestone due. */
export type Leaf = Exclude<CompiledRequirement, { readonly type: 'some' }>

/** Lists the leaves of a requirement. */
function watchesOf(requirement: CompiledRequirement): readonly Leaf[] {
  return requirement.type === 'some' ? requirement.of.flatMap(watchesOf) : [requirement]
}

type Context = { readonly metrics: Map<string, Metric>; readonly levels: LevelRule; readonly digest: Digest }
type Watch = { readonly milestone: CompiledMilestone; readonly node: Leaf }

function compileRequirement(requirement: ExpandedRequirement, context: Context): CompiledRequirement {
  switch (requirement.type) {
    case 'count':
    case 'total':
    case 'best':
      return compileMetric(requirement, context)
    case 'points':
      return requirement
    case 'level': {
      const points = pointsOfLevel(context.levels, requirement.target)
      if (points === null) throw new TypeError(`Level ${requirement.target} does not exist`)
      return { type: 'level', target: requirement.target, points }
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

function compileMetric(requirement: MetricRequirement, { metrics, digest }: Context): CompiledRequirement {
  const built = metricOf(requirement, digest)
  const metric = metrics.get(built.name) ?? built
  metrics.set(metric.name, metric)
  const target = requirement.target ?? new Set((requirement as { items?: readonly string[] }).items).size
  return { type: 'metric', metric, target: decimalFromNumber(target) }
}

function byCategory(metrics: Iterable<Metric>): Map<string, Metric[]> {
  const pairs = [...metrics].flatMap(metric => metric.categories.map(category => ({ category, metric })))
  return mapped(
    groupBy(pairs, ({ category }) => category),
    list => list.map(({ metric }) => metric),
  )
}

function metricTargets(watches: readonly Watch[]): Map<string, Target<Decimal>[]> {
  const targets = watches.flatMap(({ milestone, node }) =>
    node.type === 'metric' ? [{ name: node.metric.name, value: node.target, milestone }] : [],
  )
  return mapped(
    groupBy(targets, ({ name }) => name),
    list => targetsInOrder(list, compareDecimals),
  )
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
    list => list.map(({ milestone }) => milestone),
  )
}

function mapped<Key, In, Out>(map: ReadonlyMap<Key, In>, change: (value: In) => Out): Map<Key, Out> {
  return new Map([...map].map(([key, value]) => [key, change(value)]))
}

function fingerprint(catalog: Catalog, milestones: readonly CompiledMilestone[], digest: Digest): string {
  const judged = milestones.map(({ milestone, requirement }) => [
    milestone.id,
    milestone.reward.points,
    describe(requirement),
  ])
  return digest(JSON.stringify([judged, catalog.levels]))
}

function describe(requirement: CompiledRequirement): unknown {
  switch (requirement.type) {
    case 'metric':
      return [requirement.metric.name, formatDecimal(requirement.target)]
    case 'points':
      return ['points', requirement.target]
    case 'level':
      return ['level', requirement.points]
    case 'milestones':
      return ['milestones', requirement.ids, requirement.target]
    case 'some':
      return ['some', requirement.of.map(describe), requirement.target]
    default:
      return assertNever(requirement)
  }
}
