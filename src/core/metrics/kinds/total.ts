import { decimalFromNumber, timesWhole } from '../../values/decimal.js'
import type { Metadata } from '../../values/metadata.js'
import { literal, object, optional } from '../../values/shape.js'
import { type Ceiling, completionCeilings, counted, highestCeiling, highestOf, testsOf } from '../ceiling.js'
import type { CompletionFilter, TimeLimits } from '../filter.js'
import { during, filter, positiveNumber, text } from '../filter-shape.js'
import type { AddFault, MetricKind } from '../kind.js'
import { isDistinctValue } from '../part-counting.js'
import { valuesPassing } from '../where-limits.js'
import { ownValue, positiveIn, refusalOfPositive } from './reading.js'
import { take } from './take-shape.js'

/** Met when a metadata number adds up to the target. Finite numbers >= 0 count; sums are exact. */
export type TotalRequirement<Category extends string = string> = CompletionFilter<Category> &
  TimeLimits & {
    readonly type: 'total'
    readonly property: string
    /**
     * With `take: 'best'`: only the highest number for each value of this metadata property counts, such as the best attempt at each
     * quiz. Texts, numbers and booleans are values.
     */
    readonly per?: string
    readonly take?: 'best'
    readonly target: number
  }

/** Describes the kind that adds up a number. */
export const total: MetricKind<TotalRequirement> = {
  shape: object({
    type: literal('total'),
    ...filter,
    property: text,
    per: optional(text),
    take: optional(take),
    during: optional(during),
    within: optional(text),
    target: positiveNumber,
  }),
  counting: 'sum',
  direction: 'rising',
  faults: attemptFaults,
  readerOf:
    ({ property, per }) =>
    metadata =>
      isAttempt(metadata, per) ? positiveIn(metadata, property) : undefined,
  refusalOf: ({ property, per }, metadata) =>
    isAttempt(metadata, per) ? refusalOfPositive(metadata, property) : 'not-distinct',
  subjectOf: ({ property }) => property,
  divisionOf: ({ per }) => (per === undefined ? undefined : { noun: 'best-total', property: per, take: 'best' }),
  peculiarityOf: ({ per }) => per ?? null,
  repeats: { needOwnCounting: false, canCool: true },
  itemCeilings: sumCeilings,
  ceilings: requirement => [...noneCeilings(requirement), ...attemptCeilings(requirement)],
  farmingOf: ({ target, property, per }) =>
    per === undefined ? { takesOne: false, amount: `${target} of "${property}"` } : null,
}

function isAttempt(metadata: Metadata, per: string | undefined): boolean {
  return per === undefined || isDistinctValue(ownValue(metadata, per))
}

function attemptFaults({ per, take, within: span }: TotalRequirement, add: AddFault): void {
  if ((per === undefined) !== (take === undefined)) {
    const fix = 'Give both (per: "quizId", take: "best"), or neither.'
    add([per === undefined ? 'per' : 'take'], 'is missing', fix)
  }
  if (per !== undefined && span !== undefined) add(['within'], 'cannot be combined with per', 'Remove one of the two.')
}

// Each value counts at most once, with the highest number.
function attemptCeilings(requirement: TotalRequirement): readonly Ceiling[] {
  const highest = highestOf(requirement)
  const { per, property } = requirement
  const values = per === undefined ? null : valuesPassing(testsOf(requirement, per))
  if (highest === null || values === null) return []
  const count = values.filter(isDistinctValue).length
  const each = `${highest.isReached ? 'at most' : 'less than'} ${highest.value} of "${property}"`
  const because = `its \`where\` lets only ${counted(count, 'value')} of "${per}" through, with ${each} each`
  const most = timesWhole(decimalFromNumber(highest.value), count)
  return [
    { most, isReached: highest.isReached || count === 0, because, fix: 'Lower the target, or let `where` allow more.' },
  ]
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
