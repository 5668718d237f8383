import type { CutReason } from '../awards/limits.js'
import type { MetricRequirement } from '../metrics/kinds.js'
import type { StreakFreezes } from '../metrics/streak-place.js'
import { type Calendar, calendarOf } from '../time/calendar.js'
import { midnight } from '../time/day-start.js'
import { fill } from '../words/fill.js'
import { quantity, type Speech, speechOf } from '../words/speech.js'
import { byWords, clockText, shortDayText } from '../words/when.js'
import type {
  CountedCompletions,
  ExplainedCompletion,
  ExplainedGains,
  ExplainedMetric,
  ExplainedNode,
  ExplainedPoints,
  Explanation,
  ManualDecision,
  NotCountedCompletions,
  NotCountedReason,
} from './explanation.js'
import { type ExplanationPhrases, explanationPhrases } from './explanation-phrases.js'
import { type GainPhrases, gainPhrases } from './gain-phrases.js'

/**
 * Writes an explanation in a few lines, with the requirement as an indented tree, in the language of its sentences. It
 * is meant for support and the command line: it shows ids, categories and reasons as they are stored.
 */
export function explanationText(explanation: Explanation): string {
  const speech = speechOf({ locale: explanation.locale })
  const writer: Writer = {
    speech,
    phrases: { ...speech.in(explanationPhrases), ...speech.in(gainPhrases) },
    calendar: calendarIn(explanation),
    now: explanation.asOf,
  }
  const { requirement, after, nextStep } = explanation
  return [
    ...headLines(writer, explanation),
    ...(nextStep ? [fill(writer.phrases.next, { text: nextStep.text })] : []),
    ...(after ? nodeLines(writer, after) : []),
    ...nodeLines(writer, requirement),
    ...undoneLines(writer, explanation),
    zoneLine(writer, explanation),
  ].join('\n')
}

// Where zones were set, they say when days started.
function calendarIn({ zones, timeZone, dayStartsAt }: Explanation): Calendar {
  const clocks = zones.map(clock => ({ dayStartsAt: midnight, ...clock }))
  return calendarOf(clocks, [], { zoneOfOthers: timeZone, dayStartsAt })
}

type Writer = {
  readonly speech: Speech
  readonly phrases: ExplanationPhrases & GainPhrases
  readonly calendar: Calendar
  readonly now: Date
}

function headLines(writer: Writer, explanation: Explanation): readonly string[] {
  const { phrases } = writer
  const { isEarned, earnedAt, manualDecision, holds } = explanation
  const name = nameText(writer, explanation.milestone)
  if (!isEarned) {
    const revoked =
      manualDecision?.decision === 'revoked' ? [decisionLine(writer, phrases.manually.revoked, manualDecision)] : []
    return [fill(phrases.notEarned, { name }), ...revoked]
  }
  const lines = [
    fill(phrases.earned, { name, date: dateText(writer, earnedAt!) }),
    ...expiryLines(writer, explanation),
    ...deciderLines(writer, explanation),
  ]
  return holds ? lines : [...lines, phrases.kept]
}

function expiryLines(writer: Writer, { status, expiresAt }: Explanation): readonly string[] {
  const { expired, expires } = writer.phrases
  return expiresAt ? [fill(status === 'expired' ? expired : expires, { date: dateText(writer, expiresAt) })] : []
}

function nameText({ phrases, speech }: Writer, { id, title, time }: Explanation['milestone']): string {
  const isAgain = typeof time === 'number' && time > 1
  return isAgain ? fill(phrases.nameWithTime, { title, id, n: speech.number(time) }) : fill(phrases.name, { title, id })
}

function deciderLines(writer: Writer, { decidedBy, manualDecision }: Explanation): readonly string[] {
  const { manually, row, decidedBy: decided } = writer.phrases
  const confirmed =
    manualDecision && decidedBy?.type !== 'manual' ? [decisionLine(writer, manually.confirmed, manualDecision)] : []
  switch (decidedBy?.type) {
    case 'manual':
      return [decisionLine(writer, manually.given, manualDecision!)]
    case 'folded':
      return [fill(writer.phrases.folded, { date: dateText(writer, decidedBy.until) }), ...confirmed]
    case 'row':
      return [row, ...confirmed]
    case 'requirement': {
      const { completion } = decidedBy
      return completion ? [fill(decided, { completion: completionText(writer, completion) }), ...confirmed] : confirmed
    }
    default:
      return confirmed
  }
}

function decisionLine(writer: Writer, template: string, { by, reason, at }: ManualDecision): string {
  const text = fill(template, { date: dateText(writer, at) })
  const whole = by === null ? text : fill(writer.phrases.person, { text, person: by })
  return fill(writer.phrases.because, { text: whole, reason })
}

function nodeLines(writer: Writer, node: ExplainedNode): readonly string[] {
  const details = detailLines(writer, node)
  return [`${node.holds ? '[x]' : '[ ]'} ${node.text}`, ...details.map(line => `    ${line}`)]
}

function detailLines(writer: Writer, node: ExplainedNode): readonly string[] {
  switch (node.type) {
    case 'all':
    case 'any':
    case 'some':
      return node.parts.flatMap(part => nodeLines(writer, part))
    case 'points':
    case 'level':
      return gainLines(writer, node)
    case 'milestones':
    case 'after':
      return []
    default:
      return metricLines(writer, node)
  }
}

function gainLines(writer: Writer, explained: ExplainedPoints): readonly string[] {
  const { type, targetPoints, pointsText, keptLevel, gains } = explained
  const { phrases, speech } = writer
  const isLevel = type === 'level' && targetPoints !== null
  const now = isLevel ? [fill(phrases.now, { share: pointsText })] : []
  const kept =
    keptLevel === undefined
      ? []
      : [fill(phrases.keptLevel, { text: fill(speech.phrases.level, { level: speech.number(keptLevel) }) })]
  return [...now, ...kept, ...sourceLines(writer, gains)]
}

function sourceLines(writer: Writer, gains: ExplainedGains): readonly string[] {
  const { phrases, speech } = writer
  const { badgePoints, completionPoints, adjustedPoints, biggest, cut, boosted } = gains
  if (biggest.length === 0 && cut.count === 0 && adjustedPoints === 0) return []
  const list = biggest.slice(0, 3).map(gain => `${gain.itemKey} (${speech.number(gain.points)})`)
  const values = { badges: speech.number(badgePoints), completions: speech.number(completionPoints) }
  const reasons = Object.entries(cut.countByReason) as [CutReason, number][]
  const reasonTexts = reasons.map(([reason, count]) => `${speech.number(count)} ${phrases.cutReasons[reason]}`)
  return [
    ...(biggest.length === 0 ? [] : [fill(phrases.gains, { ...values, list: list.join(', ') })]),
    ...(adjustedPoints === 0 ? [] : [fill(phrases.adjusted, { points: speech.number(adjustedPoints) })]),
    ...countLine(writer, cut, fill(phrases.cut, { list: reasonTexts.join(', ') })),
    ...countLine(writer, boosted, fill(phrases.boosted, { things: completionsText(writer, boosted.count) })),
  ]
}

function countLine({ phrases }: Writer, { count, latest }: Listed, text: string): readonly string[] {
  if (count === 0) return []
  const last = latest.at(-1)
  return [last ? fill(phrases.last, { text, itemKey: last.itemKey }) : text]
}

type Listed = { readonly count: number; readonly latest: readonly { readonly itemKey: string }[] }

function metricLines(writer: Writer, metric: ExplainedMetric): readonly string[] {
  const { deciding } = metric.counted
  const { reachedBy } = writer.phrases
  return [
    ...ruleLines(writer, metric.requirement),
    ...presentLines(writer, metric),
    ...foldedLines(writer, metric),
    ...(deciding ? [fill(reachedBy, { completion: completionText(writer, deciding) })] : []),
    ...listLines(writer, metric.counted, metric.notCounted),
  ]
}

const ruleKeys = ['property', 'per', 'take', 'distinct', 'where', 'items', 'grace', 'freezes'] as const
const mostItems = 3

// The details that the sentence leaves out, because users do not know them.
function ruleLines({ phrases }: Writer, requirement: MetricRequirement): readonly string[] {
  const rule: { readonly [key: string]: unknown } = requirement
  const code = ruleKeys.flatMap(key => {
    const given = rule[key]
    if (given === undefined) return []
    const isLong = Array.isArray(given) && given.length > mostItems
    const shown = isLong ? [...given.slice(0, mostItems), '…'] : given
    return [`${key} ${JSON.stringify(shown)}`]
  })
  return code.length === 0 ? [] : [fill(phrases.rule, { code: code.join(', ') })]
}

function presentLines(writer: Writer, { present, streak }: ExplainedMetric): readonly string[] {
  if (!present) return []
  const { now, nowUntil } = writer.phrases
  const freezes = freezeLines(writer, streak?.freezes)
  if (!streak?.endsAt) return [fill(now, { share: present.text }), ...freezes]
  return [fill(nowUntil, { share: present.text, by: byWords(writer.speech, streak.endsAt, writer) }), ...freezes]
}

function freezeLines({ phrases, speech }: Writer, freezes: StreakFreezes | undefined): readonly string[] {
  if (!freezes) return []
  const { held, used, nextIn } = freezes
  const text = fill(phrases.freezes, { held: speech.number(held), used: speech.number(used) })
  return [nextIn === null ? text : fill(phrases.nextFreeze, { text, n: speech.number(nextIn) })]
}

function foldedLines(writer: Writer, { folded }: ExplainedMetric): readonly string[] {
  if (!folded) return []
  const { phrases, speech } = writer
  return [fill(phrases.foldedPart, { date: dateText(writer, folded.until), value: speech.number(folded.current) })]
}

function listLines(
  writer: Writer,
  { count, first, last }: CountedCompletions,
  notCounted: NotCountedCompletions,
): readonly string[] {
  const { phrases, speech } = writer
  const named = ({ itemKey, day }: ExplainedCompletion): string => `${shortDayText(speech, day)} (${itemKey})`
  const counted = fill(phrases.counted, { things: completionsText(writer, count) })
  const reasons = Object.entries(notCounted.countByReason) as [NotCountedReason, number][]
  const list = reasons.map(([reason, reasonCount]) => `${speech.number(reasonCount)} ${phrases.reasons[reason]}`)
  return [
    first && last ? fill(phrases.range, { text: counted, first: named(first), last: named(last) }) : counted,
    ...(list.length > 0 ? [fill(phrases.notCounted, { list: list.join(', ') })] : []),
  ]
}

function undoneLines(writer: Writer, { undone: { count, latest } }: Explanation): readonly string[] {
  if (count === 0) return []
  const { phrases } = writer
  const text = fill(phrases.undone, { things: completionsText(writer, count) })
  const last = latest.at(-1)
  if (!last) return [text]
  const { itemKey, undoneAt, reason } = last
  return [fill(phrases.lastOn, { text, itemKey, date: dateText(writer, undoneAt), reason })]
}

function zoneLine(writer: Writer, explanation: Explanation): string {
  const text = zoneText(writer, explanation)
  const { dayStartsAt: time } = explanation
  return time === undefined ? text : fill(writer.phrases.dayStart, { text, time: clockText(writer.speech, time) })
}

function zoneText(writer: Writer, { zones, timeZone }: Explanation): string {
  const { phrases } = writer
  if (zones.length === 0) return fill(phrases.zone, { zone: timeZone })
  const since = zones.map(({ zone, since: at }) => fill(phrases.zoneSince, { zone, date: dateText(writer, at) }))
  return fill(phrases.zoneHistory, { zone: timeZone, history: [phrases.zoneAtFirst, ...since].join(', ') })
}

function completionsText({ speech, phrases }: Writer, count: number): string {
  return quantity(speech, count, phrases.completionNoun)
}

function completionText({ speech, phrases }: Writer, { category, itemKey, day }: ExplainedCompletion): string {
  return fill(phrases.completion, { category, itemKey, date: shortDayText(speech, day) })
}

function dateText({ speech, calendar }: Writer, at: Date): string {
  return shortDayText(speech, calendar.dayOf(at.getTime()))
}
