import { literal, number, object, optional } from '../../values/shape.js'
import { type Ceiling, completionCeilings, counted, testsOf } from '../ceiling.js'
import { type CompletionFilter, categoriesOf, itemCountOf, type TimeLimits } from '../filter.js'
import { during, filter, text, wholeTarget } from '../filter-shape.js'
import { isItemList } from '../item-list.js'
import type { AddFault, MetricKind } from '../kind.js'
import { isDistinctValue } from '../part-counting.js'
import { valuesPassing } from '../where-limits.js'
import { ownValue } from './reading.js'

/** Met by `target` completions. With `items`, `target` is optional: the default is all of them, or a `share`. */
export type CountRequirement<Category extends string = string> = CompletionFilter<Category> &
  TimeLimits & {
    readonly type: 'count'
    /** Counts each value of this metadata property once. Texts, numbers and booleans are values. */
    readonly distinct?: string
    readonly target?: number
    /** In place of a target: how much of the items, above 0 and at most 1. `0.8` of 12 items are 10, rounded up. */
    readonly share?: number
  }

/** Describes the kind that counts completions, or the values of a property. */
export const count: MetricKind<CountRequirement> = {
  shape: object({
    type: literal('count'),
    ...filter,
    distinct: optional(text),
    during: optional(during),
    within: optional(text),
    target: optional(wholeTarget),
    share: optional(number({ exclusiveMinimum: 0, maximum: 1 })),
  }),
  faults: targetFaults,
  counting: 'sum',
  direction: 'rising',
  readerOf: ({ distinct }) =>
    distinct === undefined ? undefined : metadata => (isDistinctValue(ownValue(metadata, distinct)) ? 1 : undefined),
  refusalOf: () => 'not-distinct',
  subjectOf: ({ distinct }) => distinct ?? null,
  divisionOf: ({ distinct }) =>
    distinct === undefined ? undefined : { noun: 'distinct', property: distinct, take: 'first' },
  isTally: ({ where, distinct }) => where === undefined && distinct === undefined,
  repeats: { needOwnCounting: false, canCool: true },
  itemCeilings: completionCeilings,
  ceilings: valueCeilings,
  farmingOf: ({ distinct, target }) =>
    distinct === undefined ? { takesOne: target === 1, amount: `${target} completions` } : null,
}

function targetFaults(requirement: CountRequirement, add: AddFault): void {
  const { items, target, share, distinct } = requirement
  if (share !== undefined) {
    if (target !== undefined) add(['share'], 'cannot be combined with a target', 'Remove one of the two.')
    if (distinct !== undefined) add(['share'], 'cannot be combined with distinct', 'Remove one of the two.')
    if (items === undefined) add(['share'], 'needs items of which it is a share', 'Add items, or give a target.')
  }
  const categories = categoriesOf(requirement)
  // A list may have any number of items.
  const itemCount = items && !isItemList(items) ? itemCountOf(items) * categories.length : Number.POSITIVE_INFINITY
  if (target === undefined && (items === undefined || categories.length > 1)) {
    add(['target'], 'is missing', 'Say how many completions it takes.')
  } else if (target !== undefined && target > itemCount) {
    add(['target'], `is ${target}, but only ${itemCount} items count`, `Let target be at most ${itemCount}.`)
  }
}

function valueCeilings(requirement: CountRequirement): readonly Ceiling[] {
  const { distinct } = requirement
  const values = distinct === undefined ? null : valuesPassing(testsOf(requirement, distinct))
  if (values === null) return []
  const most = values.filter(isDistinctValue).length
  const because = `its \`where\` lets only ${counted(most, 'value')} of "${distinct}" through`
  return [{ most, isReached: true, because, fix: 'Lower the target, or let `where` allow more.' }]
}
