import { windowOf } from '../metrics/filter.js'
import { kindOf, type MetricRequirement } from '../metrics/kinds.js'
import { daysOf, isOverMidnight } from '../metrics/when.js'
import { spanOf } from '../time/span.js'
import { weekdayOf, weekdays } from '../time/weekday.js'
import type { TimeWindow } from '../time/window.js'

/** Tells whether none of the days of the week on which a metric counts are in its windows. */
export function areDaysOutside(requirement: MetricRequirement, available: TimeWindow | undefined): boolean {
  const { when } = requirement
  const { firstDay, lastDay } = spanOf([available, windowOf(requirement)])
  if (!when || !(lastDay - firstDay < 7)) return false
  const days = daysOf(when)
  for (let day = firstDay - (isOverMidnight(when) ? 1 : 0); day <= lastDay; day++) {
    if (days.includes(weekdayOf(day))) return false
  }
  return true
}

/**
 * Tells whether none of the days of the week that a metric counts is one that its hours are on. `dayStartsAt`: when local days start in the
 * catalog. What is earlier belongs to the day before.
 */
export function areDaysApart(requirement: MetricRequirement, dayStartsAt: string = '00:00'): boolean {
  const { when } = requirement
  const counted = kindOf(requirement).daysOf?.(requirement)
  if (!when || !counted) return false
  const begins = daysOf(when)
  const { from = '00:00' } = when
  return !weekdays.some((day, i) => {
    const [before, after] = [weekdays[(i + 6) % 7]!, weekdays[(i + 1) % 7]!]
    const isOn =
      begins.includes(day) ||
      (isOverMidnight(when) && begins.includes(before)) ||
      (from < dayStartsAt && begins.includes(after))
    return isOn && counted.has(day)
  })
}
