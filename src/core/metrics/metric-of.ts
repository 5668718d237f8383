import { parseDuration } from '../time/duration.js'
import type { PeriodUnit } from '../time/period.js'
import { asksForDays, boundsOf, isWithin, type TimeWindow } from '../time/window.js'
import { compareCodePoints, utf8Length } from '../values/code-points.js'
import { type Decimal, decimalFromNumber, formatDecimal } from '../values/decimal.js'
import type { Metadata } from '../values/metadata.js'
import type { Digest, Metric, PlainFold, SteppedCounting } from './metric.js'
import { isDistinctValue, partCounting } from './part-counting.js'
import type { RefusalReason } from './refusal.js'
import { repeatCounting } from './repeat-counting.js'
import {
  type CompletionFilter,
  type MetricRequirement,
  type StreakRequirement,
  unitOf,
  windowOf,
} from './requirement.js'
import { type StreakRule, streakCounting } from './streak-counting.js'
import { matchesWhere, type Where, type WhereTest, whereOperators } from './where.js'
import { windowCounting } from './window-counting.js'

/** What a metric is made from, beside its requirement. */
export type MetricContext = {
  readonly digest: Digest
  /** When its milestone can be reached: only completions of that time count. */
  readonly available: TimeWindow | undefined
  /** How its milestone comes again, where that cannot be read off the value. */
  readonly repeat?: { readonly cooldownMs: number } | undefined
}

const nameLimit = 120

/** Builds the metric that a requirement compares. Long names go by a digest. */
export function metricOf(requirement: MetricRequirement, context: MetricContext): Metric {
  const categories = [...new Set(categoriesOf(requirement))].sort(compareCodePoints)
  const items = requirement.items && new Set(requirement.items)
  const read = readerOf(requirement)
  const { where } = requirement
  const bounds = boundsOf([context.available, windowOf(requirement)])
  const { kind, counting, usesDays } = countingOf(requirement, context)
  return {
    name: nameOf(requirement, { kind, categories, context }),
    categories,
    readsMetadata: read !== undefined || where !== undefined,
    tally: isTally(requirement) && bounds === null && counting === 'sum' ? { items: requirement.items ?? null } : null,
    asksForDays: usesDays || (bounds !== null && asksForDays(bounds)),
    unit: unitOf(requirement),
    counting,
    amountOf: (completion, calendar) => {
      if (items && !items.has(completion.itemKey)) return undefined
      if (where && !matchesWhere(where, completion.metadata)) return undefined
      if (bounds && !isWithin(bounds, completion.completedAt.getTime(), calendar.dayOf)) return undefined
      return read ? read(completion.metadata) : 1
    },
    refusalOf: (completion, calendar) => {
      if ((items && !items.has(completion.itemKey)) || (where && !matchesWhere(where, completion.metadata)))
        return 'filtered'
      const isOutside = bounds && !isWithin(bounds, completion.completedAt.getTime(), calendar.dayOf)
      return isOutside ? 'outside-window' : refusalOfValue(requirement, completion.metadata)
    },
  }
}

function isTally(requirement: MetricRequirement): boolean {
  return requirement.type === 'count' && requirement.where === undefined && requirement.distinct === undefined
}

function refusalOfValue(requirement: MetricRequirement, metadata: Metadata): RefusalReason {
  if (requirement.type !== 'total' && requirement.type !== 'best') return 'not-distinct'
  const value = own(metadata, requirement.property)
  if (value === 0) return 'zero'
  return typeof value === 'number' && value < 0 ? 'negative' : 'not-a-number'
}

/** Gives the rule of a streak requirement. */
export function streakRuleOf({ every, grace = 0 }: StreakRequirement): StreakRule {
  return { every, grace, repeatEvery: undefined }
}

/** Lists the categories of a filter, also where it names one. */
export function categoriesOf({ category }: Pick<CompletionFilter, 'category'>): readonly string[] {
  return typeof category === 'string' ? [category] : category
}

/** Writes a filter so that two that mean the same read the same. */
export function canonicalFilter({ items, where }: Pick<CompletionFilter, 'items' | 'where'>): readonly unknown[] {
  return [items ? [...new Set(items)].sort(compareCodePoints) : null, where ? canonicalWhere(where) : null]
}

/** Gives the number that reaching a target once takes. Of items without a target, all. */
export function targetOf(requirement: MetricRequirement): Decimal {
  return decimalFromNumber(requirement.target ?? new Set(requirement.items).size)
}

type Reader = (metadata: Metadata) => Decimal | undefined

function readerOf(requirement: MetricRequirement): Reader | undefined {
  switch (requirement.type) {
    case 'total':
    case 'best':
      return metadata => numberIn(metadata, requirement.property)
    case 'count': {
      const { distinct } = requirement
      return distinct === undefined ? undefined : metadata => (isDistinctValue(own(metadata, distinct)) ? 1 : undefined)
    }
    case 'streak':
      return undefined
  }
}

function own(metadata: Metadata, property: string): unknown {
  return Object.hasOwn(metadata, property) ? metadata[property] : undefined
}

// Zero brings nothing to a sum or a maximum: like a missing number, it leaves no trace.
function numberIn(metadata: Metadata, property: string): Decimal | undefined {
  const value = own(metadata, property)
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? decimalFromNumber(value) : undefined
}

type KindOfCounting = {
  /** The first word of the metric's name. Of plain metrics, one that the store knows. */
  readonly kind: string
  readonly counting: PlainFold | SteppedCounting
  readonly usesDays: boolean
}

const adverbs: Readonly<Record<PeriodUnit, string>> = { day: 'daily', week: 'weekly', month: 'monthly', year: 'yearly' }

function countingOf(requirement: MetricRequirement, { digest, repeat }: MetricContext): KindOfCounting {
  if (requirement.type === 'streak') return streakCountingOf(requirement, repeat !== undefined)
  const { type } = requirement
  const fold: PlainFold = type === 'best' ? 'maximum' : 'sum'
  const distinct = type === 'count' ? requirement.distinct : undefined
  const unit = unitOf(requirement)
  const within = type === 'best' ? undefined : requirement.within
  const withinMs = within === undefined ? undefined : parseDuration(within)!
  const target = targetOf(requirement)
  const noun = distinct === undefined ? type : 'distinct'
  if (repeat && (repeat.cooldownMs > 0 || withinMs !== undefined)) {
    const counting = repeatCounting({ target, fold, cooldownMs: repeat.cooldownMs, withinMs, unit })
    return { kind: `repeated-${noun}`, counting, usesDays: unit !== undefined }
  }
  if (withinMs !== undefined) return { kind: `rolling-${noun}`, counting: windowCounting(withinMs), usesDays: false }
  if (unit === undefined && distinct === undefined) return { kind: type, counting: fold, usesDays: false }
  const reach = unit && repeat ? target : undefined
  const counting = partCounting({ unit, distinct, fold, reach, digest })
  return {
    kind: [reach && 'repeated', unit && adverbs[unit], noun].filter(Boolean).join('-'),
    counting,
    usesDays: unit !== undefined,
  }
}

function streakCountingOf(requirement: StreakRequirement, isRepeated: boolean): KindOfCounting {
  const repeatEvery = isRepeated ? requirement.target : undefined
  const counting = streakCounting({ ...streakRuleOf(requirement), repeatEvery })
  return { kind: `${isRepeated ? 'repeated-' : ''}${adverbs[requirement.every]}-streak`, counting, usesDays: true }
}

type Naming = { readonly kind: string; readonly categories: readonly string[]; readonly context: MetricContext }

function nameOf(requirement: MetricRequirement, { kind, categories, context }: Naming): string {
  const subject = subjectOf(requirement)
  const rest = restOf(requirement, context)
  const isPlain = rest.every(part => part === null) && categories.length === 1
  const words = [categories[0]!, ...(subject === null ? [] : [subject])]
  // The common case reads well in the table: `count:tutorial`, `total:commit:insertions`.
  const isReadable = isPlain && words.every(word => /^[\w.-]+$/.test(word))
  const name = `${kind}:${isReadable ? words.join(':') : JSON.stringify([categories, subject, ...rest])}`
  return utf8Length(name) <= nameLimit ? name : `${kind}:#${context.digest(name)}`
}

function subjectOf(requirement: MetricRequirement): string | null {
  switch (requirement.type) {
    case 'count':
      return requirement.distinct ?? null
    case 'total':
    case 'best':
      return requirement.property
    case 'streak':
      return null
  }
}

// What sets a metric apart beside its kind, categories and property; null where it is as it mostly is.
function restOf(requirement: MetricRequirement, { available, repeat }: MetricContext): readonly unknown[] {
  const bounds = boundsOf([available, windowOf(requirement)])
  const grace = requirement.type === 'streak' ? requirement.grace || null : null
  const within = requirement.type === 'count' || requirement.type === 'total' ? (requirement.within ?? null) : null
  const repeated = repeat
    ? [formatDecimal(targetOf(requirement)), repeat.cooldownMs, unitOf(requirement) ?? null]
    : null
  return [...canonicalFilter(requirement), bounds, grace, within && parseDuration(within), repeated]
}

function canonicalWhere(where: Where): unknown {
  const properties = Object.keys(where).sort(compareCodePoints)
  return properties.map(property => [property, canonicalTest(where[property]!)])
}

function canonicalTest(test: WhereTest): unknown {
  return whereOperators.filter(operator => test[operator] !== undefined).map(operator => [operator, test[operator]])
}
