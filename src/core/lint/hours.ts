import { windowOf } from '../metrics/filter.js'
import type { MetricRequirement } from '../metrics/kinds.js'
import { daysOf, isOverMidnight } from '../metrics/when.js'
import { spanOf } from '../time/span.js'
import { weekdayOf } from '../time/weekday.js'
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
