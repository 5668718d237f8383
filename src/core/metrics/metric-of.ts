import type { Calendar } from '../time/calendar.js'
import { periodAdverbs } from '../time/period.js'
import { type Weekday, weekdayOf } from '../time/weekday.js'
import { asksForDays, boundsOf, isWithin, type TimeWindow } from '../time/window.js'
import { compareCodePoints, utf8Length } from '../values/code-points.js'
import { belowAll, type Decimal, decimalFromNumber, formatDecimal, negated } from '../values/decimal.js'
import { type CompletionFilter, categoriesOf, unitOf, windowOf, withinMsOf, writtenTargetOf } from './filter.js'
import { itemKeysOf } from './item-list.js'
import type { AmountReader, NamedCounting } from './kind.js'
import { kindOf, type MetricRequirement } from './kinds.js'
import type { Countable, Digest, Metric } from './metric.js'
import { partCounting } from './part-counting.js'
import { repeatCounting } from './repeat-counting.js'
import { canonicalWhen, hoursTest } from './when.js'
import { matchesWhere, type Where, type WhereTest, whereOperators } from './where.js'
import { windowCounting } from './window-counting.js'

/** What a metric is made from, besides its requirement. */
export type MetricContext = {
  readonly digest: Digest
  /** When its milestone can be earned. Only completions in this time count. */
  readonly available: TimeWindow | undefined
  /** How its milestone repeats, if the value does not show it. */
  readonly repeat?: { readonly cooldownMs: number } | undefined
}

/** The most bytes of the name of a metric. A longer one is replaced by its digest. */
export const metricNameLimit = 120

/** Builds the metric that a requirement uses. A long name is replaced by its digest. */
export function metricOf(requirement: MetricRequirement, context: MetricContext): Metric {
  const kind = kindOf(requirement)
  const categories = [...new Set(categoriesOf(requirement))].sort(compareCodePoints)
  const keys = requirement.items && (itemKeysOf(requirement.items) ?? [])
  const items = keys && new Set(keys)
  const read = amountReader(requirement)
  const { where, when } = requirement
  const isAtHours = when && hoursTest(when)
  const bounds = boundsOf([context.available, windowOf(requirement)])
  const days = kind.daysOf?.(requirement)
  const { name, counting, usesDays } = countingOf(requirement, context)
  const isTally = bounds === null && when === undefined && counting === 'sum' && kind.isTally?.(requirement) === true
  return {
    name: nameOf(requirement, { name, categories, context }),
    categories,
    readsMetadata: read !== undefined || where !== undefined,
    tally: isTally ? { items: keys ?? null } : null,
    asksForDays: usesDays || when !== undefined || (bounds !== null && asksForDays(bounds)),
    unit: unitOf(requirement),
    start: kind.direction === 'rising' ? 0 : belowAll,
    direction: kind.direction,
    counting,
    amountOf: (completion, calendar) => {
      if (items && !items.has(completion.itemKey)) return undefined
      if (where && !matchesWhere(where, completion.metadata)) return undefined
      if (isAtHours && !isAtHours(calendar.clockAt(completion.completedAt.getTime()))) return undefined
      if (bounds && !isWithin(bounds, completion.completedAt.getTime(), calendar.dayOf)) return undefined
      if (days && !isOn(days, completion, calendar)) return undefined
      return read ? read(completion.metadata) : 1
    },
    refusalOf: (completion, calendar) => {
      if ((items && !items.has(completion.itemKey)) || (where && !matchesWhere(where, completion.metadata)))
        return 'filtered'
      if (isAtHours && !isAtHours(calendar.clockAt(completion.completedAt.getTime()))) return 'outside-hours'
      const isOutside = bounds && !isWithin(bounds, completion.completedAt.getTime(), calendar.dayOf)
      if (isOutside) return 'outside-window'
      return days && !isOn(days, completion, calendar) ? 'other-day' : kind.refusalOf(requirement, completion.metadata)
    },
  }
}

function isOn(days: ReadonlySet<Weekday>, { completedAt }: Countable, calendar: Calendar): boolean {
  return days.has(weekdayOf(calendar.dayOf(completedAt.getTime())))
}

/** Writes a filter in a normal form, so that two filters with the same meaning are equal. */
export function canonicalFilter({ items, where }: Pick<CompletionFilter, 'items' | 'where'>): readonly unknown[] {
  const keys = items && [...new Set(itemKeysOf(items))].sort(compareCodePoints)
  return [keys ?? null, where ? canonicalWhere(where) : null]
}

/** Returns the value at which a target is reached once. */
export function targetOf(requirement: MetricRequirement): Decimal {
  const target = decimalFromNumber(writtenTargetOf(requirement))
  return kindOf(requirement).direction === 'rising' ? target : negated(target)
}

function amountReader(requirement: MetricRequirement): AmountReader | undefined {
  const { readerOf, direction } = kindOf(requirement)
  const read = readerOf(requirement)
  if (read === undefined || direction === 'rising') return read
  return metadata => {
    const amount = read(metadata)
    return amount === undefined ? undefined : negated(amount)
  }
}

function countingOf(requirement: MetricRequirement, { digest, repeat }: MetricContext): NamedCounting {
  const { type } = requirement
  const kind = kindOf(requirement)
  if (typeof kind.counting === 'function') return kind.counting(requirement, { isRepeated: repeat !== undefined })
  const fold = kind.counting
  const division = kind.divisionOf?.(requirement)
  const unit = unitOf(requirement)
  const withinMs = withinMsOf(requirement)
  const target = targetOf(requirement)
  const noun = division?.noun ?? type
  if (repeat && (repeat.cooldownMs > 0 || withinMs !== undefined)) {
    const counting = repeatCounting({ target, fold, cooldownMs: repeat.cooldownMs, withinMs, unit })
    return { name: `repeated-${noun}`, counting, usesDays: unit !== undefined }
  }
  if (withinMs !== undefined) return { name: `rolling-${noun}`, counting: windowCounting(withinMs), usesDays: false }
  if (unit === undefined && division === undefined) return { name: type, counting: fold, usesDays: false }
  const reach = unit && repeat ? target : undefined
  return {
    name: [reach && 'repeated', unit && periodAdverbs[unit], noun].filter(Boolean).join('-'),
    counting: partCounting({ unit, values: division, fold, reach, digest }),
    usesDays: unit !== undefined,
  }
}

type Naming = { readonly name: string; readonly categories: readonly string[]; readonly context: MetricContext }

function nameOf(requirement: MetricRequirement, { name: first, categories, context }: Naming): string {
  const subject = kindOf(requirement).subjectOf(requirement)
  const rest = restOf(requirement, context)
  const isPlain = rest.every(part => part === null) && categories.length === 1
  const words = [categories[0]!, ...(subject === null ? [] : [subject])]
  // In the common case the name is easy to read in the table: `count:tutorial`, `total:commit:insertions`.
  const isReadable = isPlain && words.every(word => /^[\w.-]+$/.test(word))
  const name = `${first}:${isReadable ? words.join(':') : JSON.stringify([categories, subject, ...rest])}`
  return utf8Length(name) <= metricNameLimit ? name : `${first}:#${context.digest(name)}`
}

// What distinguishes a metric besides its kind, categories and property. Null for the usual case.
function restOf(requirement: MetricRequirement, { available, repeat }: MetricContext): readonly unknown[] {
  const bounds = boundsOf([available, windowOf(requirement)])
  const peculiarity = kindOf(requirement).peculiarityOf?.(requirement) ?? null
  const withinMs = withinMsOf(requirement) ?? null
  const repeated = repeat
    ? [formatDecimal(targetOf(requirement)), repeat.cooldownMs, unitOf(requirement) ?? null]
    : null
  const { when } = requirement
  return [
    ...canonicalFilter(requirement),
    bounds,
    peculiarity,
    withinMs,
    repeated,
    ...(when ? [canonicalWhen(when)] : []),
  ]
}

function canonicalWhere(where: Where): unknown {
  const properties = Object.keys(where).sort(compareCodePoints)
  return properties.map(property => [property, canonicalTest(where[property]!)])
}

function canonicalTest(test: WhereTest): unknown {
  return whereOperators.filter(operator => test[operator] !== undefined).map(operator => [operator, test[operator]])
}
