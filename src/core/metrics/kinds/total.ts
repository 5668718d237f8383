import * as z from 'zod/mini'
import { decimalFromNumber, timesWhole } from '../../values/decimal.js'
import { type Ceiling, completionCeilings, highestCeiling, highestOf } from '../ceiling.js'
import type { CompletionFilter, TimeLimits } from '../filter.js'
import { during, filter, positiveNumber, text, within } from '../filter-shape.js'
import type { MetricKind } from '../kind.js'
import { positiveIn, refusalOfPositive } from './reading.js'

/** Met when a metadata number adds up to the target. Finite numbers >= 0 count; sums are exact. */
export type TotalRequirement<Category extends string = string> = CompletionFilter<Category> &
  TimeLimits & {
    readonly type: 'total'
    readonly property: string
    readonly target: number
  }

/** Describes the kind that adds up a number. */
export const total: MetricKind<TotalRequirement> = {
  shape: z.strictObject({
    type: z.literal('total'),
    ...filter,
    property: text,
    during: z.optional(during),
    within: z.optional(within),
    target: positiveNumber,
  }),
  counting: 'sum',
  direction: 'rising',
  readerOf:
    ({ property }) =>
    metadata =>
      positiveIn(metadata, property),
  refusalOf: ({ property }, metadata) => refusalOfPositive(metadata, property),
  subjectOf: ({ property }) => property,
  repeats: { needOwnCounting: false, canCool: true },
  itemCeilings: sumCeilings,
  ceilings: noneCeilings,
  farmingOf: ({ target, property }) => ({ takesOne: false, amount: `${target} of "${property}"` }),
}

function sumCeilings(requirement: TotalRequirement): readonly Ceiling[] {
  const highest = highestOf(requirement)
  if (highest === null) return []
  const { value, isReached } = highest
  const each = `${isReached ? 'at most' : 'less than'} ${value} of "${requirement.property}" each`
  return completionCeilings(requirement).map(ceiling => ({
    ...ceiling,
    most: timesWhole(decimalFromNumber(value), ceiling.most),
    isReached,
    because: `${ceiling.because}, with ${each}`,
  }))
}

// If no number above 0 counts, the sum stays 0.
function noneCeilings(requirement: TotalRequirement): readonly Ceiling[] {
  const highest = highestOf(requirement)
  return highest === null || highest.value > 0 ? [] : [highestCeiling(highest, requirement.property)]
}
