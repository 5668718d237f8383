import { type Decimal, decimalFromNumber } from '../values/decimal.js'
import { type CompletionFilter, categoriesOf, itemCountOf } from './filter.js'
import { isItemList, itemKeysOf } from './item-list.js'
import type { WhereTest } from './where.js'
import { type Highest, highestPassing } from './where-limits.js'

/**
 * The highest value that a metric can have. `isReached`: whether it can have this value, or only values close to it.
 */
export type Ceiling = {
  readonly most: Decimal
  readonly isReached: boolean
  /** The reason, as a sentence without a full stop. */
  readonly because: string
  readonly fix: string
}

/** Finds how many completions of its items a metric can have at most. Empty if it names no items that are known. */
export function completionCeilings(filter: CompletionFilter): readonly (Ceiling & { readonly most: number })[] {
  const { items } = filter
  if (!items || !itemKeysOf(items)) return []
  // An item can be completed once in each category.
  const most = itemCountOf(items) * new Set(categoriesOf(filter)).size
  const source = isItemList(items) ? ` of "${items.list}"` : ''
  const because = `only ${counted(most, 'item')}${source} can be completed`
  return [{ most, isReached: true, because, fix: 'Lower the target, or let more items count.' }]
}

/** Limits a metric by the highest number that `where` allows. */
export function highestCeiling({ value, isReached }: Highest, property: string): Ceiling {
  const above = `${isReached ? 'above' : 'of or above'} ${value}`
  const because = `its \`where\` lets no "${property}" ${above} through`
  return { most: decimalFromNumber(value), isReached, because, fix: 'Lower the target, or let `where` allow more.' }
}

/** Finds the highest number above 0 that a requirement's `where` allows for its property. */
export function highestOf(requirement: CompletionFilter & { readonly property: string }): Highest | null {
  return highestPassing(testsOf(requirement, requirement.property))
}

/** Lists the tests of one property. */
export function testsOf({ where = {} }: CompletionFilter, property: string): readonly WhereTest[] {
  return Object.hasOwn(where, property) ? [where[property]!] : []
}

/** Writes a number with its noun. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
