import type { ExplanationOf } from '../client/answers.js'
import type { CatalogNames } from '../client/catalog-names.js'

/** One part of an explained requirement. */
export type ExplainedPart = ExplanationOf<CatalogNames>['requirement']

/** One and many of what streaks are counted in. */
export const units = { day: ['day', 'days'], week: ['week', 'weeks'], month: ['month', 'months'] } as const

/** Says in English what one part of a requirement takes, and how far it is: `7 of 10 tutorials finished`. */
export function partWords(part: ExplainedPart, current: string, target: string): string {
  // Beyond the target it is done: "12 of 10" would only puzzle.
  const place = `${part.holds ? target : current} of ${target}`
  switch (part.type) {
    case 'all':
      return 'All of these:'
    case 'any':
      return 'One of these:'
    case 'some':
      return `At least ${target} of these:`
    case 'points':
      return `${place} points`
    case 'level':
      return part.holds ? `Level ${target}` : `Level ${target}; you are on level ${current}`
    case 'milestones':
    case 'after':
      return badgeWords(part, place)
    default:
      return metricWords(part.requirement, { place, current, target })
  }
}

type BadgesPart = Extract<ExplainedPart, { readonly type: 'milestones' | 'after' }>

function badgeWords({ milestones, target }: BadgesPart, place: string): string {
  const titles = milestones.map(({ title }) => title ?? 'a hidden one')
  if (titles.length === 1) return `The badge “${titles[0]}”`
  return target === titles.length
    ? `${place} badges: ${titles.join(', ')}`
    : `${place} of these badges: ${titles.join(', ')}`
}

type Place = { readonly place: string; readonly current: string; readonly target: string }

function metricWords(requirement: object, { place, current, target }: Place): string {
  const { type, category, property = '', every, items, during } = requirement as Wanted
  const things = thingWords(category)
  switch (type) {
    case 'streak':
      return `${place} ${units[every as 'day']?.[1] ?? 'days'} in a row${things && ` with ${things}`}`
    case 'best':
      return `${target} or more for ${spaced(property)} in ${things}; your best is ${current}`
    case 'total':
      return `${place} for ${spaced(property)} in ${things}`
    default:
      return `${place} ${things} finished${items ? `, of ${items.length} that count` : ''}${typeof during === 'string' ? ` in one ${during}` : ''}`
  }
}

type Wanted = {
  readonly type: string
  readonly category?: string | readonly string[]
  readonly property?: string
  readonly every?: string
  readonly items?: readonly string[]
  readonly during?: unknown
}

function thingWords(category: Wanted['category'] = []): string {
  return [category]
    .flat()
    .map(name => plural(spaced(name)))
    .join(' or ')
}

/** Parts the words of a name: `quizScore`, `tutorial_step`. */
function spaced(name: string): string {
  return name
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_, end, start) => `${end} ${start.toLowerCase()}`)
}

function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  if (/z$/.test(noun)) return `${noun}zes`
  return /(?:s|x|ch|sh)$/.test(noun) ? noun : `${noun}s`
}
