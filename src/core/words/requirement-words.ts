import { categoriesOf } from '../metrics/filter.js'
import type { MetricRequirement } from '../metrics/kinds.js'
import { type Scalar, type Where, type WhereTest, whereOperators } from '../metrics/where.js'
import { parseDuration } from '../time/duration.js'
import { dayMs } from '../time/period.js'

/** Says what a requirement counts, in English: `tutorials in one week`, `days in a row with lessons`. Never how many. */
export function subjectWords(requirement: MetricRequirement, count: number): string {
  const things = thingWords(requirement, requirement.type === 'count' ? count : 2)
  const rest = restWords(requirement)
  switch (requirement.type) {
    case 'count':
      return requirement.distinct === undefined
        ? things + rest
        : `different "${requirement.distinct}" of ${things}${rest}`
    case 'total':
    case 'best':
      return `"${requirement.property}" of ${things}${rest}`
    case 'streak':
      return `${plural(requirement.every, count)} in a row with ${things}${rest}`
  }
}

// Made once: making one takes longer than a hundred numbers that are written with it.
const inEnglish = new Intl.NumberFormat('en', { maximumFractionDigits: 20 })

/** Writes a number with separators, all its digits kept. */
export function numberWords(value: number): string {
  return inEnglish.format(value)
}

/** Joins words as a list: `a, b or c`. */
export function listed(words: readonly string[], last: 'and' | 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

/** Puts a noun into the plural, unless there is one of it. */
export function plural(noun: string, count: number): string {
  if (count === 1 || /[^s]s$/.test(noun)) return noun
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  if (/[^z]z$/.test(noun)) return `${noun}zes`
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`
}

function thingWords(requirement: MetricRequirement, count: number): string {
  // A streak asks for something on each day, whatever it is.
  const nouns = categoriesOf(requirement).map(category => plural(category.replaceAll(/[_-]+/g, ' '), count))
  return listed(nouns, 'or')
}

function restWords(requirement: MetricRequirement): string {
  const { items, where } = requirement
  const among = items ? ` among ${itemWords([...new Set(items)])}` : ''
  return among + (where ? ` where ${whereWords(where)}` : '') + timeWords(requirement)
}

function itemWords(items: readonly string[]): string {
  const few = items.slice(0, 3).map(item => `"${item}"`)
  return items.length <= 3 ? listed(few, 'and') : `${few.join(', ')} and ${items.length - 3} more`
}

function timeWords(requirement: MetricRequirement): string {
  if (requirement.type === 'streak') return ''
  const { during } = requirement
  const within =
    'within' in requirement && requirement.within !== undefined ? ` within ${spanWords(requirement.within)}` : ''
  if (typeof during === 'string') return ` in one ${during}`
  const from = during?.from === undefined ? '' : ` from ${during.from} on`
  const until = during?.until === undefined ? '' : ` before ${during.until}`
  return from + until + within
}

function spanWords(duration: string): string {
  const ms = parseDuration(duration)!
  const [size, noun] = [
    [dayMs, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1_000, 'second'],
  ].find(([unit]) => ms % (unit as number) === 0) as [number, string]
  return `${numberWords(ms / size)} ${plural(noun, ms / size)}`
}

function whereWords(where: Where): string {
  const tests = Object.entries(where).flatMap(([property, test]) => testWords(property, test))
  return tests.join(' and ')
}

const signs = { eq: '=', ne: '≠', gt: '>', gte: '≥', lt: '<', lte: '≤', in: 'in', exists: '' } as const

function testWords(property: string, test: WhereTest): readonly string[] {
  return whereOperators.flatMap(operator => {
    const wanted = test[operator]
    if (wanted === undefined) return []
    if (operator === 'exists') return [`${property} is ${wanted ? '' : 'not '}given`]
    return [`${property} ${signs[operator]} ${[wanted].flat().map(scalarWords).join(', ')}`]
  })
}

function scalarWords(value: Scalar | readonly Scalar[]): string {
  return typeof value === 'string' ? `"${value}"` : String(value)
}
