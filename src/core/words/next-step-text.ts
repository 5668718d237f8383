import type { MetricRequirement } from '../metrics/kinds.js'
import type { CompleteStep, NextStep } from '../progress/next-step.js'
import type { Calendar } from '../time/calendar.js'
import { dayLabel } from '../time/period.js'
import { startOfDay } from '../time/time-zone.js'
import { assertNever } from '../values/errors.js'
import { listed, numberWords, plural, subjectWords } from './requirement-words.js'

/** Says in English what would bring a milestone nearer: `Finish 3 more tutorials.` Dates are the user's local days. */
export function nextStepText(step: NextStep, calendar: Calendar): string {
  switch (step.type) {
    case 'complete':
      return `${completeWords(step)}${timeWords(step, calendar)}.`
    case 'gain': {
      const level = step.level === null ? '' : `, for level ${step.level}`
      return `Gain ${numberWords(step.remaining)} more ${plural('point', step.remaining)}${level}.`
    }
    case 'earn': {
      const titles = step.milestones.map(({ title }) => title ?? 'a hidden milestone')
      const isAll = step.remaining >= titles.length
      return `Earn ${isAll ? '' : `${step.remaining} of `}${listed(titles, isAll ? 'and' : 'or')}.`
    }
    case 'none':
      return reasons[step.because]
    default:
      return assertNever(step)
  }
}

const reasons = {
  revoked: 'It was revoked manually and can only be given back manually.',
  retired: 'It is no longer awarded.',
  over: 'It is no longer available.',
  due: 'Everything is done. The badge arrives with the next activity.',
} as const

/** Writes an instant as the local day that begins with it, where one does. */
export function instantWords(at: Date, calendar: Calendar): string {
  const ms = at.getTime()
  const day = calendar.dayOf(ms)
  return startOfDay(calendar.zoneAt(ms), day) === ms ? dayLabel(day) : at.toISOString()
}

function completeWords({ requirement: given, current, target, remaining }: CompleteStep): string {
  const requirement = withoutWindow(given)
  const more = `${numberWords(remaining)} more`
  switch (requirement.type) {
    case 'count':
      return `Finish ${current > 0 ? more : numberWords(remaining)} ${subjectWords(requirement, remaining)}`
    case 'total':
      return `Add ${more} to ${subjectWords(requirement, remaining)}`
    case 'best':
      return `Reach ${numberWords(target)} in ${subjectWords(requirement, 1)}`
    case 'streak':
      return current > 0
        ? `Keep the streak: ${more} ${subjectWords(requirement, remaining)}`
        : `Begin a streak: ${numberWords(target)} ${subjectWords(requirement, target)}`
  }
}

// When it begins and ends is said by the step itself.
function withoutWindow(requirement: MetricRequirement): MetricRequirement {
  if (requirement.type === 'streak' || typeof requirement.during !== 'object') return requirement
  const { during: _, ...rest } = requirement
  return rest
}

function timeWords({ requirement, current, from, by }: CompleteStep, calendar: Calendar): string {
  const begin = from ? `, from ${instantWords(from, calendar)} on` : ''
  if (!by) return begin
  const end = instantWords(by, calendar)
  const isAlive = requirement.type === 'streak' && current > 0
  return begin + (isAlive ? `; it ends with ${end} unless one is finished before` : `, before ${end}`)
}
