import type { Ceiling } from '../metrics/ceiling.js'
import { windowOf } from '../metrics/filter.js'
import { itemKeysOf } from '../metrics/item-list.js'
import { kindOf, type MetricRequirement } from '../metrics/kinds.js'
import { contradictionsIn } from '../metrics/where-limits.js'
import { areDisjoint } from '../time/span.js'
import type { TimeWindow } from '../time/window.js'
import { compareDecimals, type Decimal } from '../values/decimal.js'
import { areDaysOutside } from './hours.js'

/**
 * Tells whether nothing can ever count, because the tests, the windows or the hours of a metric contradict each other, or
 * its list has no items.
 */
export function isBlocked(requirement: MetricRequirement, available: TimeWindow | undefined): boolean {
  const { items, where } = requirement
  if (contradictionsIn(where, '').length > 0 || (items && itemKeysOf(items)?.length === 0)) return true
  return areDisjoint([available, windowOf(requirement)]) || areDaysOutside(requirement, available)
}

/** Finds the lowest limit of a metric. Undefined if it has no limit. */
export function ceilingOf(requirement: MetricRequirement, available: TimeWindow | undefined): Ceiling | undefined {
  const kind = kindOf(requirement)
  const ceilings = [...kind.itemCeilings(requirement), ...kind.ceilings(requirement, available)]
  return ceilings.sort((a, b) => compareDecimals(a.most, b.most) || Number(a.isReached) - Number(b.isReached))[0]
}

/** Tells whether a target is above what can be reached. */
export function isBeyond(target: Decimal, { most, isReached }: Ceiling): boolean {
  const order = compareDecimals(target, most)
  return isReached ? order > 0 : order >= 0
}
