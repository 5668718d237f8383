import * as z from 'zod/mini'
import { type Ceiling, completionCeilings, counted, testsOf } from '../ceiling.js'
import { type CompletionFilter, categoriesOf, type TimeLimits } from '../filter.js'
import { described, during, filter, text, wholeTarget, within } from '../filter-shape.js'
import type { AddFault, MetricKind } from '../kind.js'
import { isDistinctValue } from '../part-counting.js'
import { valuesPassing } from '../where-limits.js'
import { ownValue } from './reading.js'

/** Met by `target` completions. With `items`, `target` is optional: the default is all of them. */
export type CountRequirement<Category extends string = string> = CompletionFilter<Category> &
  TimeLimits & {
    readonly type: 'count'
    /** Counts each value of this metadata property once. Texts, numbers and booleans are values. */
    readonly distinct?: string
    readonly target?: number
  }

/** Describes the kind that counts completions, or the values of a property. */
export const count: MetricKind<CountRequirement> = {
  shape: z.strictObject({
    type: z.literal('count'),
    ...filter,
    distinct: described(z.optional(text), 'Counts each value of this metadata property once'),
    during: z.optional(during),
    within: z.optional(within),
    target: z.optional(wholeTarget),
  }),
  faults: targetFaults,
  counting: 'sum',
  direction: 'rising',
  readerOf: ({ distinct }) =>
    distinct === undefined ? undefined : metadata => (isDistinctValue(ownValue(metadata, distinct)) ? 1 : undefined),
  refusalOf: () => 'not-distinct',
  subjectOf: ({ distinct }) => distinct ?? null,
  distinctOf: ({ distinct }) => distinct,
  isTally: ({ where, distinct }) => where === undefined && distinct === undefined,
  repeats: { needOwnCounting: false, canCool: true },
  itemCeilings: completionCeilings,
  ceilings: valueCeilings,
  farmingOf: ({ distinct, target }) =>
    distinct === undefined ? { takesOne: target === 1, amount: `${target} completions` } : null,
}

function targetFaults(requirement: CountRequirement, add: AddFault): void {
  const { items, target } = requirement
  const categories = categoriesOf(requirement)
  const itemCount = items ? new Set(items).size * categories.length : undefined
  if (target === undefined && (itemCount === undefined || categories.length > 1)) {
    add(['target'], 'is missing', 'Say how many completions it takes.')
  } else if (target !== undefined && itemCount !== undefined && target > itemCount) {
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
