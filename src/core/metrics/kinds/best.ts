import { literal, object, optional } from '../../values/shape.js'
import { highestCeiling, highestOf } from '../ceiling.js'
import type { CompletionFilter, During } from '../filter.js'
import { during, filter, positiveNumber, text } from '../filter-shape.js'
import type { MetricKind } from '../kind.js'
import { positiveIn, refusalOfPositive } from './reading.js'

/** True once the highest value of a number in the metadata reaches the target. Finite numbers >= 0 count. */
export type BestRequirement<Category extends string = string> = CompletionFilter<Category> & {
  readonly type: 'best'
  readonly property: string
  readonly during?: During
  readonly target: number
}

/** Describes the kind that keeps the highest number. */
export const best: MetricKind<BestRequirement> = {
  shape: object({
    type: literal('best'),
    ...filter,
    property: text,
    during: optional(during),
    target: positiveNumber,
  }),
  counting: 'maximum',
  direction: 'rising',
  readerOf:
    ({ property }) =>
    metadata =>
      positiveIn(metadata, property),
  refusalOf: ({ property }, metadata) => refusalOfPositive(metadata, property),
  subjectOf: ({ property }) => property,
  repeats: { needOwnCounting: false, canCool: true },
  itemCeilings: () => [],
  ceilings: requirement => {
    const highest = highestOf(requirement)
    return highest === null ? [] : [highestCeiling(highest, requirement.property)]
  },
  // The highest value so far does not come again by itself.
  farmingOf: () => null,
}
