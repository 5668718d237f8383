import { compareCodePoints, utf8Length } from './code-points.js'
import { addDecimals, type Decimal, decimalFromNumber, maxDecimal } from './decimal.js'
import { assertNever } from './errors.js'
import type { Metadata } from './metadata.js'
import type { BestRequirement, CountRequirement, TotalRequirement } from './requirement.js'
import { matchesWhere, type Where, type WhereTest, whereOperators } from './where.js'

/** A requirement that compares a metric with a target. */
export type MetricRequirement = CountRequirement | TotalRequirement | BestRequirement

/** What a metric looks at in a completion. */
export type Countable = { readonly category: string; readonly itemKey: string; readonly metadata: Metadata }

/**
 * A number kept per user, as a reducer that recording and recounting share. Named by what it counts, so requirements
 * that count the same thing share one row. All metrics start at 0 and never fall.
 */
export type Metric = {
  readonly name: string
  /** The categories that the metric listens to. */
  readonly categories: readonly string[]
  /** How amounts come together: `sum` adds them up, `maximum` keeps the highest. SQL does the same by the name's prefix. */
  readonly fold: 'sum' | 'maximum'
  readonly readsMetadata: boolean
  /** Gives what a completion of a listened category brings, above 0, or undefined when it does not count. */
  readonly amountOf: (completion: Countable) => Decimal | undefined
}

/** Hashes a text to a short ASCII string; two texts must not meet. */
export type Digest = (text: string) => string

/** The prefix by which the store knows a metric whose amounts are not added but compared. */
export const maximumPrefix = 'best:'

const nameLimit = 120

/** Builds the metric that a requirement compares. Long names go by a digest. */
export function metricOf(requirement: MetricRequirement, digest: Digest): Metric {
  const categories = [...new Set(categoriesOf(requirement))].sort(compareCodePoints)
  const items = requirement.items && new Set(requirement.items)
  const property = requirement.type === 'count' ? undefined : requirement.property
  const { where } = requirement
  return {
    name: nameOf(requirement, categories, digest),
    categories,
    fold: requirement.type === 'best' ? 'maximum' : 'sum',
    readsMetadata: property !== undefined || where !== undefined,
    amountOf: completion => {
      if (items && !items.has(completion.itemKey)) return undefined
      if (where && !matchesWhere(where, completion.metadata)) return undefined
      return property === undefined ? 1 : numberAt(completion.metadata, property)
    },
  }
}

/** Brings an amount into a metric's value. */
export function foldAmount(metric: Metric, value: Decimal, amount: Decimal): Decimal {
  switch (metric.fold) {
    case 'sum':
      return addDecimals(value, amount)
    case 'maximum':
      return maxDecimal(value, amount)
    default:
      return assertNever(metric.fold)
  }
}

/** Lists the categories of a requirement, also where it names one. */
function categoriesOf(requirement: MetricRequirement): readonly string[] {
  return typeof requirement.category === 'string' ? [requirement.category] : requirement.category
}

// Zero brings nothing to a sum or a maximum: like a missing number, it leaves no trace.
function numberAt(metadata: Metadata, property: string): Decimal | undefined {
  const value = Object.hasOwn(metadata, property) ? metadata[property] : undefined
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? decimalFromNumber(value) : undefined
}

function nameOf(requirement: MetricRequirement, categories: readonly string[], digest: Digest): string {
  const name = `${requirement.type}:${plainSubject(requirement, categories) ?? fullSubject(requirement, categories)}`
  return utf8Length(name) <= nameLimit ? name : `${requirement.type}:#${digest(name)}`
}

// The common case reads well in the table: `count:tutorial`, `total:commit:insertions`.
function plainSubject(requirement: MetricRequirement, categories: readonly string[]): string | undefined {
  if (requirement.items || requirement.where || categories.length !== 1) return undefined
  const parts = requirement.type === 'count' ? categories : [...categories, requirement.property]
  return parts.every(part => /^[\w.-]+$/.test(part)) ? parts.join(':') : undefined
}

function fullSubject(requirement: MetricRequirement, categories: readonly string[]): string {
  return JSON.stringify([
    categories,
    requirement.type === 'count' ? null : requirement.property,
    requirement.items ? [...new Set(requirement.items)].sort(compareCodePoints) : null,
    requirement.where ? canonicalWhere(requirement.where) : null,
  ])
}

function canonicalWhere(where: Where): unknown {
  const properties = Object.keys(where).sort(compareCodePoints)
  return properties.map(property => [property, canonicalTest(where[property]!)])
}

function canonicalTest(test: WhereTest): unknown {
  return whereOperators.filter(operator => test[operator] !== undefined).map(operator => [operator, test[operator]])
}
