import { compareDecimals, type Decimal } from '../values/decimal.js'
import { itemCountOf } from './filter.js'
import { kindOf, type MetricRequirement } from './kinds.js'

/** Tells whether a requirement has too few items to reach a target. A list that was never set has none. */
export function hasTooFewItems(requirement: MetricRequirement, target: Decimal): boolean {
  const { items } = requirement
  if (!items) return false
  if (itemCountOf(items) === 0) return true
  return kindOf(requirement)
    .itemCeilings(requirement)
    .some(({ most }) => compareDecimals(target, most) > 0)
}
