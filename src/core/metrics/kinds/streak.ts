import { periodAdverbs } from '../../time/period.js'
import { periodCount, spanOf, weekdayCount } from '../../time/span.js'
import { type Weekday, weekdays } from '../../time/weekday.js'
import type { TimeWindow } from '../../time/window.js'
import { filledList, integer, literal, object, oneOf, optional } from '../../values/shape.js'
import { type Ceiling, completionCeilings, counted } from '../ceiling.js'
import type { CompletionFilter } from '../filter.js'
import { filter, wholeTarget } from '../filter-shape.js'
import type { MetricKind, NamedCounting, OwnCountingContext } from '../kind.js'
import { streakCounting } from '../streak-counting.js'
import type { StreakRule } from '../streak-state.js'
import { mostDaysInRow } from '../when.js'

/** True once the user has completed something in so many periods in a row, by the user's own calendar. */
export type StreakRequirement<Category extends string = string> = CompletionFilter<Category> & {
  readonly type: 'streak'
  readonly every: 'day' | 'week' | 'month'
  /** How many completions a period takes to count. Default: 1. */
  readonly atLeast?: number
  /** Only these days of the week: other days neither count nor break the streak. */
  readonly on?: readonly Weekday[]
  /** How many periods may be missed in each gap. They do not count towards the length. */
  readonly grace?: number
  /**
   * Freezes: one is earned for each `every` periods of the streak, as long as the user has fewer than `max`. A period
   * that is missed beyond the grace uses one, and does not count towards the length.
   */
  readonly freezes?: { readonly every: number; readonly max: number }
  readonly target: number
}

const freezeNumber = integer({ minimum: 1, maximum: 366 })

/** Describes the kind that counts periods in a row. */
export const streak: MetricKind<StreakRequirement> = {
  shape: object({
    type: literal('streak'),
    ...filter,
    every: oneOf(['day', 'week', 'month']),
    atLeast: optional(integer({ minimum: 1, maximum: 1_000 })),
    on: optional(filledList(oneOf(weekdays))),
    grace: optional(integer({ minimum: 0, maximum: 366 })),
    freezes: optional(object({ every: freezeNumber, max: freezeNumber })),
    target: wholeTarget,
  }),
  counting: countingOf,
  direction: 'rising',
  readerOf: () => undefined,
  refusalOf: () => 'not-distinct',
  subjectOf: () => null,
  peculiarityOf,
  daysOf: ({ on }) => daysOf(on),
  streakRuleOf: ruleOf,
  repeats: { needOwnCounting: true, canCool: false },
  itemCeilings,
  ceilings: (requirement, available) => [...periodCeilings(requirement, available), ...dayCeilings(requirement)],
  // A streak takes its time.
  farmingOf: () => null,
}

function ruleOf({ every, grace = 0, atLeast, on, freezes }: StreakRequirement): StreakRule {
  return { every, grace, atLeast, on: daysOf(on), freezes, repeatEvery: undefined }
}

function peculiarityOf({ grace = 0, atLeast = 1, on, freezes }: StreakRequirement): unknown {
  const days = daysOf(on)
  if (atLeast === 1 && !days && !freezes) return grace || null
  return [
    grace,
    atLeast,
    days ? weekdays.filter(day => days.has(day)) : null,
    freezes ? [freezes.every, freezes.max] : null,
  ]
}

function daysOf(on: readonly Weekday[] | undefined): ReadonlySet<Weekday> | undefined {
  const days = new Set(on)
  return on === undefined || days.size === weekdays.length ? undefined : days
}

function countingOf(requirement: StreakRequirement, { isRepeated }: OwnCountingContext): NamedCounting {
  const repeatEvery = isRepeated ? requirement.target : undefined
  const name = `${isRepeated ? 'repeated-' : ''}${periodAdverbs[requirement.every]}-streak`
  return { name, counting: streakCounting({ ...ruleOf(requirement), repeatEvery }), usesDays: true }
}

// Days that are left out and days with a freeze do not break a streak.
function dayCeilings({ every, grace = 0, when, on, freezes }: StreakRequirement): readonly Ceiling[] {
  const isDaily = every === 'day' && !on && !freezes
  const most = when && isDaily ? mostDaysInRow(when, grace) : Number.POSITIVE_INFINITY
  if (!Number.isFinite(most)) return []
  const because = `its \`when\` lets only ${counted(most, 'day')} in a row count`
  return [{ most, isReached: true, because, fix: 'Lower the target, allow more days, or raise grace.' }]
}

function itemCeilings(requirement: StreakRequirement): readonly Ceiling[] {
  const { every, atLeast = 1 } = requirement
  return completionCeilings(requirement).map(ceiling => {
    if (atLeast === 1) return ceiling
    const most = Math.floor(ceiling.most / atLeast)
    return { ...ceiling, most, because: `${ceiling.because}, which is enough for ${counted(most, every)}` }
  })
}

function periodCeilings({ every, on }: StreakRequirement, available: TimeWindow | undefined): readonly Ceiling[] {
  const span = spanOf([available])
  const all = periodCount(every, span)
  if (!Number.isFinite(all)) return []
  const days = daysOf(on)
  const most = days && every === 'day' ? weekdayCount(days, span) : all
  const because = `only ${counted(most, every)} ${most === all ? '' : 'of these days of the week '}can fall into available`
  return [{ most, isReached: true, because, fix: 'Lower the target, or let available last longer.' }]
}
