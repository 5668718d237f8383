import { type Board, type Season, seasonSpan } from '../catalog/board.js'
import type { KindName, MetricRequirement, MetricRequirements } from '../metrics/kinds.js'
import { defaultTimeZone, localDay, startOfDay } from '../time/time-zone.js'
import { textIn } from '../values/text.js'
import { type BoardPhrases, boardPhrases } from './board-phrases.js'
import { fill, oncePer } from './fill.js'
import { categoriesText, categoryNouns, pluralText } from './kind-words.js'
import { streakText } from './kinds/streak.js'
import { ofBest } from './kinds/total.js'
import { limited } from './limits.js'
import { capitalized, type Speech, speechOf, type WordedCatalog } from './speech.js'
import { weekdayText } from './when.js'

/**
 * Writes what a board ranks users by and when it starts again, in the language of a locale or else of the catalog: `Most kilometers, starting
 * again every Monday (UTC)`. Apart from `wordsOf`, so that an app which only records does not carry it.
 */
export function boardText(catalog: WordedCatalog, board: Board, locale?: string): string {
  const speech = speechOf(catalog, locale)
  return capitalized(speech, timedText(catalog, speech, board))
}

function timedText(catalog: WordedCatalog, speech: Speech, board: Board): string {
  const { period, timeZone = defaultTimeZone, weekStartsOn = 'mon', seasons } = board
  const { again, bySeason, others } = speech.in(boardPhrases)
  const text = measureText(speech, board.by)
  const zone = zoneText(speech, timeZone)
  if (seasons) {
    const named = seasons.length > mostNamed + 1 ? seasons.slice(0, mostNamed) : seasons
    const names = named.map(season => seasonText(catalog, speech, { season, timeZone }))
    const rest = seasons.length - named.length
    const list = rest === 0 ? names : [...names, fill(others, { n: speech.number(rest) })]
    return fill(bySeason, { text, zone, list: speech.list(list, 'and') })
  }
  return period ? `${fill(again[period], { text, day: weekdayText(speech, weekStartsOn) })} (${zone})` : text
}

/** A board can have hundreds of seasons. */
const mostNamed = 5

function measureText(speech: Speech, by: Board['by']): string {
  if (typeof by === 'string') return speech.in(boardPhrases)[by]
  // Sentences about a requirement need no target here.
  const requirement = { ...by, target: 1 } as MetricRequirement
  const text = (metricTexts[by.type] as MetricText<MetricRequirement>)(speech, requirement, speech.in(boardPhrases))
  return limited(speech, requirement, text, { withWindow: false })
}

type MetricText<Requirement> = (speech: Speech, requirement: Requirement, phrases: BoardPhrases) => string

/** What is said of a board by each kind of metric. */
const metricTexts: { readonly [Kind in KindName]: MetricText<MetricRequirements[Kind]> } = {
  count: (speech, requirement, { most }) => {
    const { distinct } = requirement
    const value = distinct === undefined ? undefined : speech.ofProperty(distinct)
    return fill(most, { things: pluralText(speech, value ? [value] : categoryNouns(speech, requirement)) })
  },
  total: (speech, requirement, { most, total }) => {
    const unit = speech.ofProperty(requirement.property)
    const text = unit
      ? fill(most, { things: pluralText(speech, [unit]) })
      : fill(total, { categories: categoriesText(speech, requirement) })
    return ofBest(speech, requirement, text)
  },
  best: (speech, requirement, { mostInOneGo, highest }) =>
    valueText(speech, requirement, { unit: mostInOneGo, none: highest }),
  lowest: (speech, requirement, { fewest, lowest }) => valueText(speech, requirement, { unit: fewest, none: lowest }),
  streak: (speech, requirement, { streak }) => fill(streak, { text: streakText(speech, requirement) }),
}

/** Chooses a template by whether the property has a label. */
function valueText(
  speech: Speech,
  requirement: MetricRequirements['best'] | MetricRequirements['lowest'],
  templates: { readonly unit: string; readonly none: string },
): string {
  const unit = speech.ofProperty(requirement.property)
  const categories = categoriesText(speech, requirement)
  return unit
    ? fill(templates.unit, { categories, things: pluralText(speech, [unit]) })
    : fill(templates.none, { categories })
}

function seasonText(
  { locale }: WordedCatalog,
  speech: Speech,
  { season, timeZone }: { readonly season: Season; readonly timeZone: string },
): string {
  const { from, until } = seasonSpan(season, timeZone)
  const clock = { zone: timeZone, dayStartMs: 0 }
  const areDays = [from, until].every(ms => startOfDay(clock, localDay(clock, ms)) === ms)
  const range = ranges(`${speech.locale} ${timeZone} ${areDays}`)
  const dates = range.formatRange(from, areDays ? until - 1 : until)
  return `${textIn(season.name, speech.locale, locale)} (${dates})`
}

const ranges = oncePer(key => {
  const [locale, timeZone, areDays] = key.split(' ') as [string, string, string]
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeZone,
    ...(areDays !== 'true' && { timeStyle: 'short' }),
  })
})

/** Writes a time zone as people call it: `Eastern Time`. */
function zoneText({ locale }: Speech, timeZone: string): string {
  if (timeZone === defaultTimeZone) return timeZone
  // Names follow what a zone has been for a while. A fixed instant gives the same text on every day.
  const parts = zones(`${locale} ${timeZone}`).formatToParts(Date.UTC(2026, 0))
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}

const zones = oncePer(key => {
  const [locale, timeZone] = key.split(' ') as [string, string]
  return new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' })
})
