import type { CompletionFilter } from './filter.js'
import type { MetricKind } from './kind.js'
import { type BestRequirement, best } from './kinds/best.js'
import { type CountRequirement, count } from './kinds/count.js'
import { type LowestRequirement, lowest } from './kinds/lowest.js'
import { type StreakRequirement, streak } from './kinds/streak.js'
import { type TotalRequirement, total } from './kinds/total.js'

/** The requirement of each kind of metric, by its `type`. */
export type MetricRequirements<Category extends string = string> = {
  readonly count: CountRequirement<Category>
  readonly total: TotalRequirement<Category>
  readonly best: BestRequirement<Category>
  readonly lowest: LowestRequirement<Category>
  readonly streak: StreakRequirement<Category>
}

/** The name of a kind of metric: the `type` of its requirements. */
export type KindName = keyof MetricRequirements

/** A requirement that compares a metric with a target. */
export type MetricRequirement<Category extends string = string> = MetricRequirements<Category>[KindName]

/** All kinds of metrics: a new kind is a file, a line here and one in {@link MetricRequirements}, and its words. */
export const metricKinds = { count, total, best, lowest, streak } as const satisfies {
  readonly [Kind in KindName]: MetricKind<MetricRequirements[Kind]>
}

/** The names of all kinds, in the order in which they are listed to people. */
export const kindNames = Object.keys(metricKinds) as [KindName, ...KindName[]]

/** Returns the kind of a requirement. */
export function kindOf<Requirement extends CompletionFilter & { readonly type: KindName }>({
  type,
}: Requirement): MetricKind<Requirement> {
  return metricKinds[type] as unknown as MetricKind<Requirement>
}

/** Tells whether a word names a kind of metric. */
export function isKindName(type: unknown): type is KindName {
  return typeof type === 'string' && Object.hasOwn(metricKinds, type)
}

/** Tells whether a requirement compares a metric, and so is of one of the kinds. */
export function isMetricRequirement<Requirement extends { readonly type: string }>(
  requirement: Requirement,
): requirement is Extract<Requirement, { readonly type: KindName }> {
  return isKindName(requirement.type)
}
