import type { ExplainedPart } from './texts.js'

/** One and many of what streaks are counted in. */
export const units = { day: ['day', 'days'], week: ['week', 'weeks'], month: ['month', 'months'] } as const

/** Says in English what one part of a requirement takes, and how far it is: `7 of 10 tutorials finished`. */
export function partWords(part: ExplainedPart, current: string, target: string): string {
  switch (part.type) {
    case 'all':
      return 'All of these:'
    case 'any':
      return 'One of these:'
    case 'some':
      return `${target} of these:`
    case 'points':
      return `${current} of ${target} points`
    case 'level':
      return `Level ${target}; you are on level ${current}`
    case 'milestones':
    case 'after':
      return `${current} of ${target} badges: ${part.milestones.map(({ title }) => title ?? 'a hidden one').join(', ')}`
    default:
      return metricWords(part.requirement, current, target)
  }
}

function metricWords(requirement: object, current: string, target: string): string {
  const { type, category, property, every, items } = requirement as Wanted
  const things = thingWords(category)
  const among = items ? `, of ${items.length} that count` : ''
  switch (type) {
    case 'streak':
      return `${current} of ${target} ${units[every as 'day']?.[1] ?? 'days'} in a row${things && ` with ${things}`}`
    case 'best':
      return `At least ${target} for ${property} in ${things}; your best is ${current}`
    case 'total':
      return `${current} of ${target} ${property} in ${things}`
    default:
      return `${current} of ${target} ${things} finished${among}`
  }
}

type Wanted = {
  readonly type: string
  readonly category?: string | readonly string[]
  readonly property?: string
  readonly every?: string
  readonly items?: readonly string[]
}

function thingWords(category: Wanted['category'] = []): string {
  return [category]
    .flat()
    .map(name => plural(name.replaceAll(/[_-]+/g, ' ')))
    .join(' or ')
}

function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  if (/z$/.test(noun)) return `${noun}zes`
  return /(?:s|x|ch|sh)$/.test(noun) ? noun : `${noun}s`
}
