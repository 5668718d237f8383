import { hasExpired, unlocksOf } from '../core/awards/badge.js'
import { badgeIdParts } from '../core/catalog/badge-id.js'
import type { ShownProgress } from '../core/progress/progress.js'
import { instantWords } from './moment.js'
import { type Outcome, progressTo } from './outcome.js'

/** What checks look at: the result of a scenario, and the instant from which they look. */
export type View = { readonly outcome: Outcome; readonly now: Date }

/**
 * Makes the error of a failed check: what is wrong, the progress of the milestone, and what the user has. `check`: the
 * function that the test called, so that the stack points at the test.
 */
export function failureOf(problem: string, { view, id, check }: FailedCheck): Error {
  const { outcome, now } = view
  const lines = [
    `${problem}, as of ${instantWords(now, outcome.calendar)}`,
    ...(id === undefined ? [] : [wayTo(id, view)]),
  ]
  const error = new Error([...lines, ...havingLines(view)].join('\n  '))
  // Only V8 and similar engines have it.
  Error.captureStackTrace?.(error, check)
  return error
}

type FailedCheck = { readonly view: View; readonly id?: string; readonly check: (...given: never[]) => unknown }

function wayTo(id: string, { outcome, now }: View): string {
  const { milestoneId, time } = badgeIdParts(id)
  const goalId = time === undefined ? id : milestoneId
  const milestone = outcome.compiled.catalog.milestones.find(candidate => candidate.id === goalId)
  const progress = progressTo(goalId, outcome, now)
  if (milestone?.isRetired || !progress || progress.isHidden) return `${goalId}: retired, no longer awarded`
  const missing = milestone!.after.filter(other => !outcome.badges.some(badge => badge.id === other))
  const lacking = missing.length > 0 ? `, and lacks ${missing.join(', ')}` : ''
  return `${goalId}: ${progressWords(progress)}${lacking}`
}

function progressWords({ current, target, ratio, timesEarned, streak }: ShownProgress): string {
  const times = timesEarned > 1 ? `, reached ${timesEarned} times` : ''
  // Only a value that has to fall is above a target that it has not reached.
  const place = ratio < 1 && current > target ? `at ${current}, target ${target}` : `at ${current} of ${target}`
  return `${place}${streak ? `, at best ${streak.best}` : ''}${times}`
}

function havingLines({ outcome, now }: View): readonly string[] {
  const { badges, calendar, points, completionPoints, level } = outcome
  const unlocks = unlocksOf(badges, now)
  const held = badges.map(badge => {
    const { id, earnedAt, points: brought } = badge
    const gain = brought > 0 ? `, +${brought}` : ''
    return `  ${id} since ${instantWords(earnedAt, calendar)}${gain}${hasExpired(badge, now) ? ', expired' : ''}`
  })
  const byCompletions = completionPoints > 0 ? ` (${completionPoints} by completions)` : ''
  return [
    ...(held.length === 0 ? ['holds nothing'] : ['holds', ...held]),
    `points: ${points}${byCompletions}, level ${level}`,
    ...(unlocks.length > 0 ? [`unlocked: ${unlocks.join(', ')}`] : []),
  ]
}
