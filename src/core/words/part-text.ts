import type { MetricRequirement } from '../metrics/kinds.js'
import { badgesText } from './badges-text.js'
import { fill } from './fill.js'
import { wordsOfKind } from './kinds.js'
import { limited } from './limits.js'
import { requirementText } from './requirement-text.js'
import { type Speech, share } from './speech.js'

/** How far a user is with one part of a requirement. */
export type PartFacts = { readonly current: number; readonly target: number; readonly holds: boolean } & (
  | { readonly type: 'all' | 'any' | 'some' | 'points' | 'level' }
  | { readonly type: 'milestones' | 'after'; readonly milestones: readonly { readonly title: string | null }[] }
  | {
      readonly type: MetricRequirement['type']
      readonly requirement: MetricRequirement
      readonly countsTimes: boolean
    }
)

/** Writes what a part asks for and how far a user is. */
export function partText(speech: Speech, part: PartFacts): string {
  const { phrases, number } = speech
  // Once the target is reached, the real value would confuse: "12 of 10".
  const current = part.holds ? part.target : part.current
  switch (part.type) {
    case 'all':
    case 'any':
    case 'some':
      return fill(phrases[part.type], { n: number(part.target) })
    case 'points':
      return share(speech, current, part.target, phrases.point)
    case 'level':
      return fill(part.holds ? phrases.level : phrases.levelSoFar, {
        level: number(part.target),
        current: number(current),
      })
    case 'milestones':
    case 'after': {
      const badges = badgesText(
        speech,
        part.milestones.map(({ title }) => title),
        { ...part, current },
      )
      return part.type === 'after' ? fill(phrases.neededFirst, { text: badges }) : badges
    }
    default:
      return metricText(speech, part, current)
  }
}

type MetricPart = Extract<PartFacts, { readonly requirement: MetricRequirement }>

function metricText(speech: Speech, { requirement, countsTimes, target }: MetricPart, current: number): string {
  if (!countsTimes) {
    const text = wordsOfKind(requirement).part(speech, { requirement, current, target })
    return limited(speech, requirement, text, { withWindow: true })
  }
  const times = share(speech, current, target, speech.phrases.time)
  return fill(speech.phrases.listed, { text: times, list: requirementText(speech, requirement, () => undefined) })
}
