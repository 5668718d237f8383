import * as z from 'zod/mini'
import { periodAdverbs } from '../../time/period.js'
import { periodCount, spanOf } from '../../time/span.js'
import type { TimeWindow } from '../../time/window.js'
import { type Ceiling, completionCeilings, counted } from '../ceiling.js'
import type { CompletionFilter } from '../filter.js'
import { described, filter, wholeTarget } from '../filter-shape.js'
import type { MetricKind, NamedCounting, OwnCountingContext } from '../kind.js'
import { type StreakRule, streakCounting } from '../streak-counting.js'
import { mostDaysInRow } from '../when.js'

/**
 * True once the user has completed something in so many periods in a row, by the user's own calendar. In each gap up to
 * `grace` periods may be missed; they do not count towards the length.
 */
export type StreakRequirement<Category extends string = string> = CompletionFilter<Category> & {
  readonly type: 'streak'
  readonly every: 'day' | 'week' | 'month'
  readonly grace?: number
  readonly target: number
}

/** Describes the kind that counts periods in a row. */
export const streak: MetricKind<StreakRequirement> = {
  shape: z.strictObject({
    type: z.literal('streak'),
    ...filter,
    every: z.enum(['day', 'week', 'month']),
    grace: described(
      z.optional(z.int().check(z.minimum(0), z.maximum(366))),
      'How many periods may be missed in each gap',
    ),
    target: wholeTarget,
  }),
  counting: countingOf,
  direction: 'rising',
  readerOf: () => undefined,
  refusalOf: () => 'not-distinct',
  subjectOf: () => null,
  peculiarityOf: ({ grace }) => grace || null,
  streakRuleOf: ruleOf,
  repeats: { needOwnCounting: true, canCool: false },
  itemCeilings: completionCeilings,
  ceilings: (requirement, available) => [...periodCeilings(requirement, available), ...dayCeilings(requirement)],
  // A streak takes its time.
  farmingOf: () => null,
}

function ruleOf({ every, grace = 0 }: StreakRequirement): StreakRule {
  return { every, grace, repeatEvery: undefined }
}

function countingOf(requirement: StreakRequirement, { isRepeated }: OwnCountingContext): NamedCounting {
  const repeatEvery = isRepeated ? requirement.target : undefined
  const name = `${isRepeated ? 'repeated-' : ''}${periodAdverbs[requirement.every]}-streak`
  return { name, counting: streakCounting({ ...ruleOf(requirement), repeatEvery }), usesDays: true }
}

function dayCeilings({ every, grace = 0, when }: StreakRequirement): readonly Ceiling[] {
  const most = when && every === 'day' ? mostDaysInRow(when, grace) : Number.POSITIVE_INFINITY
  if (!Number.isFinite(most)) return []
  const because = `its \`when\` lets only ${counted(most, 'day')} in a row count`
  return [{ most, isReached: true, because, fix: 'Lower the target, allow more days, or raise grace.' }]
}

function periodCeilings({ every }: StreakRequirement, available: TimeWindow | undefined): readonly Ceiling[] {
  const most = periodCount(every, spanOf([available]))
  if (!Number.isFinite(most)) return []
  const because = `only ${counted(most, every)} can fall into available`
  return [{ most, isReached: true, because, fix: 'Lower the target, or let available last longer.' }]
}
