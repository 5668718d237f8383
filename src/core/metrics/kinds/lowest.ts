import type { TimeWindow } from '../../time/window.js'
import { belowAll, type Decimal, decimalFromNumber, negated } from '../../values/decimal.js'
import type { Metadata } from '../../values/metadata.js'
import { literal, number, object, optional } from '../../values/shape.js'
import { type Ceiling, testsOf } from '../ceiling.js'
import type { CompletionFilter } from '../filter.js'
import { filter, text, timeWindow } from '../filter-shape.js'
import type { MetricKind } from '../kind.js'
import type { WhereTest } from '../where.js'
import { canPass, valuesPassing } from '../where-limits.js'
import { ownValue } from './reading.js'

/**
 * Met once the lowest value of a number in the metadata is at most the target: the fastest lap, the best round of golf. All finite
 * numbers count, zero and negative ones too.
 */
export type LowestRequirement<Category extends string = string> = CompletionFilter<Category> & {
  readonly type: 'lowest'
  readonly property: string
  readonly during?: TimeWindow
  readonly target: number
}

/** Describes the kind that keeps the lowest number. */
export const lowest: MetricKind<LowestRequirement> = {
  shape: object({
    type: literal('lowest'),
    ...filter,
    property: text,
    during: optional(timeWindow),
    target: number(),
  }),
  counting: 'maximum',
  direction: 'falling',
  readerOf:
    ({ property }) =>
    metadata =>
      numberIn(metadata, property),
  refusalOf: () => 'not-a-number',
  subjectOf: ({ property }) => property,
  // A value that is low enough once stays so.
  repeats: null,
  itemCeilings: () => [],
  ceilings: floors,
  farmingOf: () => null,
}

function numberIn(metadata: Metadata, property: string): Decimal | undefined {
  const value = ownValue(metadata, property)
  return typeof value === 'number' && Number.isFinite(value) ? decimalFromNumber(value) : undefined
}

// What `where` lets through from below bounds the negated value from above.
function floors(requirement: LowestRequirement): readonly Ceiling[] {
  const { property } = requirement
  const numbers = [...testsOf(requirement, property), { gte: -Number.MAX_VALUE }]
  if (!canPass(numbers)) {
    const because = `its \`where\` lets no number for "${property}" through`
    return [{ most: belowAll, isReached: true, because, fix: 'Let `where` allow numbers.' }]
  }
  const floor = floorOf(numbers)
  if (floor.value === -Number.MAX_VALUE) return []
  const below = `${floor.isReached ? 'below' : 'of or below'} ${floor.value}`
  const because = `its \`where\` lets no "${property}" ${below} through`
  const fix = 'Raise the target, or let `where` allow less.'
  return [{ most: negated(decimalFromNumber(floor.value)), isReached: floor.isReached, because, fix }]
}

type Floor = { readonly value: number; readonly isReached: boolean }

function floorOf(tests: readonly WhereTest[]): Floor {
  const values = valuesPassing(tests)
  if (values) return { value: Math.min(...values.map(Number)), isReached: true }
  const bounds = tests.flatMap(({ gt, gte }): readonly Floor[] => [
    ...(typeof gt === 'number' ? [{ value: gt, isReached: false }] : []),
    ...(typeof gte === 'number' ? [{ value: gte, isReached: true }] : []),
  ])
  return bounds.reduce((highest, bound) =>
    bound.value > highest.value || (bound.value === highest.value && !bound.isReached) ? bound : highest,
  )
}
