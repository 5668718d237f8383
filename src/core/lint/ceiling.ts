import { categoriesOf } from '../metrics/metric-of.js'
import { isDistinctValue } from '../metrics/part-counting.js'
import { type MetricRequirement, windowOf } from '../metrics/requirement.js'
import type { WhereTest } from '../metrics/where.js'
import type { TimeWindow } from '../time/window.js'
import { compareDecimals, type Decimal, decimalFromNumber, timesWhole } from '../values/decimal.js'
import { areDisjoint, periodCount, spanOf } from './span.js'
import { contradictionsIn, type Highest, highestPassing, valuesPassing } from './where.js'

/** The most that a metric can come to. `isReached`: whether it comes to that, or only close to it. */
export type Ceiling = {
  readonly most: Decimal
  readonly isReached: boolean
  /** Says why, as a sentence without its end. */
  readonly because: string
  readonly fix: string
}

/** Tells whether nothing can ever count, since the tests or the windows of a metric contradict each other. */
export function isBlocked(requirement: MetricRequirement, available: TimeWindow | undefined): boolean {
  return contradictionsIn(requirement.where, '').length > 0 || areDisjoint([available, windowOf(requirement)])
}

/** Finds the lowest of what bounds a metric, or undefined where nothing does. */
export function ceilingOf(requirement: MetricRequirement, available: TimeWindow | undefined): Ceiling | undefined {
  const ceilings = [
    ...itemCeilings(requirement),
    ...numberCeilings(requirement),
    ...streakCeilings(requirement, available),
  ]
  return ceilings.sort((a, b) => compareDecimals(a.most, b.most) || Number(a.isReached) - Number(b.isReached))[0]
}

/** Lists what bounds a metric by the items that there are to complete. */
export function itemCeilings(requirement: MetricRequirement): readonly Ceiling[] {
  const count = itemCount(requirement)
  if (count === null) return []
  const because = `only ${counted(count, 'item')} can be completed`
  const fix = 'Lower the target, or let more items count.'
  if (requirement.type === 'count' || requirement.type === 'streak') {
    return [{ most: count, isReached: true, because, fix }]
  }
  const highest = highestOf(requirement)
  if (requirement.type === 'best' || highest === null) return []
  const { value, isReached } = highest
  const most = timesWhole(decimalFromNumber(value), count)
  const each = `${isReached ? 'at most' : 'less than'} ${value} of "${requirement.property}" each`
  return [{ most, isReached, because: `${because}, with ${each}`, fix }]
}

/** Tells whether a target lies above what can be reached. */
export function isBeyond(target: Decimal, { most, isReached }: Ceiling): boolean {
  const order = compareDecimals(target, most)
  return isReached ? order > 0 : order >= 0
}

/** Writes a number and its noun. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

// A key is completed once in each category.
function itemCount(requirement: MetricRequirement): number | null {
  return requirement.items ? new Set(requirement.items).size * new Set(categoriesOf(requirement)).size : null
}

// What `where` leaves of the number, or of the values, that the metric reads.
function numberCeilings(requirement: MetricRequirement): readonly Ceiling[] {
  if (requirement.type === 'count') return valueCeilings(requirement)
  if (requirement.type === 'streak') return []
  const highest = highestOf(requirement)
  if (highest === null || (requirement.type === 'total' && highest.value > 0)) return []
  const { value, isReached } = highest
  const above = `${isReached ? 'above' : 'of or above'} ${value}`
  const because = `its \`where\` lets no "${requirement.property}" ${above} through`
  return [{ most: decimalFromNumber(value), isReached, because, fix: 'Lower the target, or let `where` allow more.' }]
}

function valueCeilings(requirement: Extract<MetricRequirement, { type: 'count' }>): readonly Ceiling[] {
  const { distinct } = requirement
  const values = distinct === undefined ? null : valuesPassing(testsOf(requirement, distinct))
  if (values === null) return []
  const count = values.filter(isDistinctValue).length
  const because = `its \`where\` lets only ${counted(count, 'value')} of "${distinct}" through`
  return [{ most: count, isReached: true, because, fix: 'Lower the target, or let `where` allow more.' }]
}

function streakCeilings(requirement: MetricRequirement, available: TimeWindow | undefined): readonly Ceiling[] {
  if (requirement.type !== 'streak') return []
  const count = periodCount(requirement.every, spanOf([available]))
  if (!Number.isFinite(count)) return []
  const because = `only ${counted(count, requirement.every)} can fall into available`
  return [{ most: count, isReached: true, because, fix: 'Lower the target, or let available last longer.' }]
}

function highestOf(requirement: Extract<MetricRequirement, { readonly property: string }>): Highest | null {
  return highestPassing(testsOf(requirement, requirement.property))
}

function testsOf({ where = {} }: MetricRequirement, property: string): readonly WhereTest[] {
  return Object.hasOwn(where, property) ? [where[property]!] : []
}
