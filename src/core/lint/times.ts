import { type Ceiling, counted } from '../metrics/ceiling.js'
import { unitOf, windowOf } from '../metrics/filter.js'
import { kindOf, type MetricRequirement } from '../metrics/kinds.js'
import { targetOf } from '../metrics/metric-of.js'
import { parseDuration } from '../time/duration.js'
import { lengthOf, periodCount, spanOf } from '../time/span.js'
import type { TimeWindow } from '../time/window.js'
import { compareDecimals, type Decimal, timesIn, timesWhole } from '../values/decimal.js'
import { ceilingOf } from './ceiling.js'

/** How often a milestone can be earned, and why not more often. */
export type TimesLimit = { readonly times: number; readonly because: string }

/** What limits the repetitions of a milestone, besides its requirement. */
export type Repeating = { readonly available: TimeWindow | undefined; readonly cooldown: string | undefined }

/** Lists what limits how often a metric that can reach its target once can reach it again. */
export function timesLimits(requirement: MetricRequirement, repeating: Repeating): readonly TimesLimit[] {
  const target = targetOf(requirement)
  const amounts = amountLimits(requirement, repeating.available)
  return [
    ...amounts.map(ceiling => ({ times: timesBelow(target, ceiling), because: ceiling.because })),
    ...windowLimits(requirement, repeating),
  ]
}

// Amounts can come again in each calendar period. Only the items to complete are limited.
function amountLimits(requirement: MetricRequirement, available: TimeWindow | undefined): readonly Ceiling[] {
  if (unitOf(requirement) !== undefined) return kindOf(requirement).itemCeilings(requirement)
  const ceiling = ceilingOf(requirement, available)
  return ceiling ? [ceiling] : []
}

// If the value only comes close to a multiple of the target, this multiple is not reached.
function timesBelow(target: Decimal, { most, isReached }: Ceiling): number {
  const times = timesIn(target, most)
  return isReached || compareDecimals(timesWhole(target, times), most) < 0 ? times : times - 1
}

function windowLimits(requirement: MetricRequirement, { available, cooldown }: Repeating): readonly TimesLimit[] {
  const span = spanOf([available, windowOf(requirement)])
  const unit = unitOf(requirement)
  const limits: TimesLimit[] = []
  if (unit) {
    const times = periodCount(unit, span)
    limits.push({ times, because: `only ${counted(times, unit)} can fall into available` })
  }
  if (cooldown !== undefined) {
    const times = 1 + Math.floor((lengthOf(span) - 1) / parseDuration(cooldown)!)
    limits.push({ times, because: `its cooldown (${cooldown}) has no more room in its window` })
  }
  return limits
}
