import { type CompletionFilter, itemCountOf, unitOf, windowOf } from '../metrics/filter.js'
import type { MetricRequirement } from '../metrics/kinds.js'
import { daysOf, type When } from '../metrics/when.js'
import type { Where, WhereTest } from '../metrics/where.js'
import { utcCalendar } from '../time/calendar.js'
import { parseDuration } from '../time/duration.js'
import { dayMs, type PeriodUnit, parseDay } from '../time/period.js'
import { fill, oncePer } from './fill.js'
import { quantity, type Speech } from './speech.js'
import { clockText, dayText, timeText, weekdayText } from './when.js'

/** Adds what can limit any kind of metric: repeats, items, conditions and time. `withWindow`: whether to add its time window. */
export function limited(
  speech: Speech,
  requirement: MetricRequirement,
  text: string,
  { withWindow }: { readonly withWindow: boolean },
): string {
  const { withoutRepeats } = speech.phrases
  const { items, where } = requirement
  const isDistinct = 'distinct' in requirement && requirement.distinct !== undefined
  let words = isDistinct ? fill(withoutRepeats, { text }) : text
  if (items) words = ofItems(speech, words, { items, share: undefined, ...requirement })
  words = withHours(speech, withConditions(speech, words, where), requirement.when)
  return withTime(speech, requirement, { text: words, withWindow })
}

type Items = Pick<CompletionFilter, 'items'> & { readonly share: number | undefined }

function ofItems(speech: Speech, text: string, { items, share }: Items): string {
  const { among, shareOf } = speech.phrases
  const n = speech.number(itemCountOf(items))
  return share === undefined
    ? fill(among, { text, n })
    : fill(shareOf, { text, n, share: shares(speech.locale).format(share) })
}

const shares = oncePer(locale => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }))

function withHours(speech: Speech, text: string, when: When | undefined): string {
  if (!when) return text
  const { hours, onDays } = speech.phrases
  const { from, until, days } = when
  const [start, end] = [from, until].map(time => (time === undefined ? '' : clockText(speech, time)))
  const kind = from === undefined ? 'until' : until === undefined ? 'from' : 'between'
  const timed = (from ?? until) ? fill(hours[kind], { text, from: start!, until: end! }) : text
  if (!days) return timed
  const names = daysOf(when).map(day => weekdayText(speech, day))
  return fill(onDays, { text: timed, days: speech.list(names, 'or') })
}

// Only numbers whose property has a label. Anything else would show the names of fields.
function withConditions(speech: Speech, text: string, where: Where = {}): string {
  const conditions = Object.entries(where).flatMap(([property, test]) => conditionWords(speech, property, test))
  if (conditions.length === 0) return text
  return fill(speech.phrases.where, { text, conditions: speech.list(conditions, 'and') })
}

function conditionWords(speech: Speech, property: string, { eq, gte, lte }: WhereTest): readonly string[] {
  const unit = speech.ofProperty(property)
  if (!unit) return []
  const { atLeast, atMost } = speech.phrases
  const bounds = [
    [eq, '{things}'],
    [gte, atLeast],
    [lte, atMost],
  ] as const
  return bounds.flatMap(([n, template]) =>
    typeof n === 'number' ? [fill(template, { things: quantity(speech, n, unit.noun) })] : [],
  )
}

type Timed = { readonly text: string; readonly withWindow: boolean }

function withTime(speech: Speech, requirement: MetricRequirement, { text, withWindow }: Timed): string {
  const { during, within, timed } = speech.phrases
  const unit = unitOf(requirement)
  if (unit) return fill(during[unit], { text })
  const span = 'within' in requirement ? requirement.within : undefined
  const words = span === undefined ? text : fill(within, { text, span: spanText(speech, span) })
  const { from, until } = (withWindow ? windowOf(requirement) : undefined) ?? {}
  const { from: begin, by } = speech.phrases
  const times = [
    from === undefined ? [] : [edgeText(speech, from, begin, 0)],
    until === undefined ? [] : [edgeText(speech, until, by, -1)],
  ].flat()
  return times.length === 0 ? words : fill(timed, { text: words, time: times.join(comma(speech)) })
}

/** Joins two times: `starting May 1, 2026, by the end of May 31, 2026`. */
export function comma({ language }: Speech): string {
  return language === 'ar' ? '، ' : ', '
}

// A local day or an instant. Without a user, an instant is written in UTC.
function edgeText(
  speech: Speech,
  edge: string,
  templates: { readonly date: string; readonly time: string },
  shift: -1 | 0,
): string {
  const day = parseDay(edge)
  if (day !== undefined) return fill(templates.date, { date: dayText(speech, day + shift) })
  return fill(templates.time, { time: `${timeText(speech, new Date(edge), utcCalendar)} (UTC)` })
}

function spanText({ locale }: Speech, duration: string): string {
  const ms = parseDuration(duration)!
  const [size, unit] = units.find(([unitMs]) => ms % unitMs === 0)!
  return spans(`${locale} ${unit}`).format(ms / size)
}

/** Writes so many periods: `4 weeks`. */
export function periodsText({ locale }: Speech, count: number, unit: PeriodUnit): string {
  return spans(`${locale} ${unit}`).format(count)
}

/** Writes the noun for so many periods, without the number: `weeks`. */
export function periodNoun({ locale }: Speech, count: number, unit: PeriodUnit): string {
  const parts = spans(`${locale} ${unit}`).formatToParts(count)
  return parts.flatMap(({ type, value }) => (type === 'unit' ? value : [])).join('')
}

const spans = oncePer(key => {
  const [locale, unit] = key.split(' ') as [string, string]
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })
})

const units = [
  [dayMs, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
  [1, 'millisecond'],
] as const
