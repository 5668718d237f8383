import type {
  CountedCompletions,
  DecisionByHand,
  ExplainedCompletion,
  ExplainedMetric,
  ExplainedMilestones,
  ExplainedNode,
  ExplainedParts,
  ExplainedPoints,
  Explanation,
  NotCountedCompletions,
  NotCountedReason,
} from '../explain/explanation.js'
import { type Calendar, calendarOf } from '../time/calendar.js'
import { dayLabel } from '../time/period.js'
import { assertNever } from '../values/errors.js'
import { instantWords, nextStepText } from './next-step-text.js'
import { numberWords, plural, subjectWords } from './requirement-words.js'

/** Writes an explanation in a few lines of English, the requirement as an indented tree. Titles come in its locale. */
export function explanationText(explanation: Explanation): string {
  const calendar = calendarOf(explanation.zones, [], explanation.timeZone)
  const { requirement, after, nextStep } = explanation
  return [
    ...headLines(explanation, calendar),
    ...(nextStep ? [`Next: ${nextStepText(nextStep, calendar)}`] : []),
    ...(after ? nodeLines(after, calendar) : []),
    ...nodeLines(requirement, calendar),
    ...undoneLines(explanation, calendar),
    zoneLine(explanation, calendar),
  ].join('\n')
}

function headLines(explanation: Explanation, calendar: Calendar): readonly string[] {
  const { milestone, isEarned, earnedAt, byHand, holds } = explanation
  const time = typeof milestone.time === 'number' && milestone.time > 1 ? `, time ${milestone.time}` : ''
  const name = `${milestone.title} (${milestone.id}${time})`
  if (!isEarned) {
    const taken = byHand?.decision === 'revoked' ? [handLine('Taken', byHand, calendar)] : []
    return [`${name}: not earned.`, ...taken]
  }
  const lines = [`${name}: earned on ${dayWords(earnedAt!, calendar)}.`, ...deciderLines(explanation, calendar)]
  return holds ? lines : [...lines, 'The requirement is no longer met, but the badge is kept.']
}

function deciderLines({ decidedBy, byHand }: Explanation, calendar: Calendar): readonly string[] {
  const safe = byHand && decidedBy?.type !== 'hand' ? [handLine('Confirmed', byHand, calendar)] : []
  switch (decidedBy?.type) {
    case 'hand':
      return [handLine('Given', byHand!, calendar)]
    case 'row':
      return ['It was inserted by the app, or awarded by an earlier catalog.', ...safe]
    case 'requirement':
      return decidedBy.completion ? [`Decided by ${completionWords(decidedBy.completion)}.`, ...safe] : safe
    default:
      return safe
  }
}

function handLine(verb: string, { by, reason, at }: DecisionByHand, calendar: Calendar): string {
  return `${verb} manually on ${dayWords(at, calendar)}${by === null ? '' : ` by ${by}`}: ${reason}`
}

function nodeLines(node: ExplainedNode, calendar: Calendar): readonly string[] {
  const [first, ...rest] = linesOf(node, calendar)
  return [`${node.holds ? '[x]' : '[ ]'} ${first}`, ...rest.map(line => `    ${line}`)]
}

function linesOf(node: ExplainedNode, calendar: Calendar): readonly string[] {
  switch (node.type) {
    case 'all':
    case 'any':
    case 'some':
      return [partsWords(node), ...node.parts.flatMap(part => nodeLines(part, calendar))]
    case 'points':
    case 'level':
      return pointsLines(node)
    case 'milestones':
    case 'after':
      return [milestonesWords(node)]
    case 'count':
    case 'total':
    case 'best':
    case 'streak':
      return metricLines(node, calendar)
    default:
      return assertNever(node)
  }
}

function partsWords({ type, parts, current, target }: ExplainedParts): string {
  const share = `${current} of ${parts.length} ${current === 1 ? 'holds' : 'hold'}`
  if (type === 'some') return `At least ${target} of these: ${share}`
  return `${type === 'all' ? 'All' : 'Any'} of these: ${share}`
}

function pointsLines({ type, current, target, points, targetPoints, gains }: ExplainedPoints): readonly string[] {
  const ofPoints = targetPoints === null ? '' : ` (${numberWords(points)} of ${numberWords(targetPoints)} points)`
  const head = type === 'points' ? `${ofNumbers(current, target)} points` : `Level ${current} of ${target}${ofPoints}`
  const { badgePoints, completionPoints, biggest, capped } = gains
  if (biggest.length === 0) return [head]
  const most = biggest.slice(0, 3).map(gain => `${gain.itemKey} (${numberWords(gain.points)})`)
  const shares = `${numberWords(badgePoints)} from badges, ${numberWords(completionPoints)} from completions`
  const cut = capped.count === 0 ? [] : [cappedWords(capped)]
  return [head, `From: ${shares}; most from ${most.join(', ')}`, ...cut]
}

function cappedWords({ count, latest }: ExplainedPoints['gains']['capped']): string {
  const last = latest.at(-1)
  const words = last ? `, last "${last.itemKey}"` : ''
  const what = count === 1 ? '1 completion' : `${numberWords(count)} completions`
  return `Over the daily limit: ${what}${words}`
}

function milestonesWords({ type, current, target, milestones }: ExplainedMilestones): string {
  const list = milestones.map(({ title, isHeld }) => `${title ?? 'a hidden milestone'}${isHeld ? '' : ' (missing)'}`)
  const head = type === 'after' ? 'Badges needed first' : 'Badges held'
  return `${head}: ${ofNumbers(current, target)} (${list.join(', ')})`
}

function metricLines(metric: ExplainedMetric, calendar: Calendar): readonly string[] {
  const { counted, notCounted } = metric
  const deciding = counted.deciding ? [`Reached by ${completionWords(counted.deciding)}`] : []
  return [metricWords(metric), ...presentLines(metric, calendar), ...deciding, ...listLines(counted, notCounted)]
}

function metricWords({ requirement, countsTimes, current, target, present }: ExplainedMetric): string {
  if (countsTimes) {
    const each = present ? `${numberWords(present.target)} ` : ''
    return `Reached ${ofNumbers(current, target)} times: ${each}${subjectWords(requirement, 2)}`
  }
  const share = ofNumbers(current, target)
  switch (requirement.type) {
    case 'count':
      return `Finished ${share} ${subjectWords(requirement, target)}`
    case 'total':
      return `In total ${share} ${subjectWords(requirement, 2)}`
    case 'best':
      return `At best ${share} ${subjectWords(requirement, 2)}`
    case 'streak':
      return `At best ${share} ${subjectWords(requirement, target)}`
  }
}

function presentLines({ present, streak }: ExplainedMetric, calendar: Calendar): readonly string[] {
  if (!present) return []
  const end = streak?.endsAt ? `, until ${instantWords(streak.endsAt, calendar)} unless one is finished before` : ''
  return [`Now ${ofNumbers(present.current, present.target)}${end}`]
}

function listLines({ count, first, last }: CountedCompletions, notCounted: NotCountedCompletions): readonly string[] {
  const range = first && last ? `, from ${first.day} (${first.itemKey}) to ${last.day} (${last.itemKey})` : ''
  const reasons = Object.entries(notCounted.countByReason) as [NotCountedReason, number][]
  const words = reasons.map(([reason, reasonCount]) => `${numberWords(reasonCount)} ${reasonWords[reason]}`)
  return [
    `Counted: ${numberWords(count)} ${plural('completion', count)}${range}`,
    ...(words.length > 0 ? [`Not counted: ${words.join(', ')}`] : []),
  ]
}

const reasonWords: Readonly<Record<NotCountedReason, string>> = {
  filtered: 'not matching the filter',
  'outside-window': 'outside the time window',
  'outside-period': 'outside the best period',
  'not-a-number': 'without a number',
  negative: 'with a number below 0',
  zero: 'of zero',
  'not-distinct': 'without a new value',
  paused: 'on paused days',
  cooldown: 'within the cooldown',
  'period-reached': 'in a period already rewarded',
  future: 'dated in the future',
}

function undoneLines({ undone: { count, latest } }: Explanation, calendar: Calendar): readonly string[] {
  if (count === 0) return []
  const last = latest.at(-1)
  const words = last ? `, last "${last.itemKey}" on ${dayWords(last.undoneAt, calendar)}: ${last.reason}` : ''
  return [`Undone: ${numberWords(count)} ${plural('completion', count)}${words}`]
}

function zoneLine({ zones, timeZone }: Explanation, calendar: Calendar): string {
  if (zones.length === 0) return `Time zone: ${timeZone}.`
  const history = zones.map(({ zone, since }) => `${zone} since ${instantWords(since, calendar)}`)
  return `Time zone: ${timeZone} (UTC at first, ${history.join(', ')}).`
}

function completionWords({ category, itemKey, day }: ExplainedCompletion): string {
  return `${category} "${itemKey}" of ${day}`
}

function ofNumbers(current: number, target: number): string {
  return `${numberWords(current)} of ${numberWords(target)}`
}

function dayWords(at: Date, calendar: Calendar): string {
  return dayLabel(calendar.dayOf(at.getTime()))
}
