import { writtenTargetOf } from '../metrics/filter.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import { earnText } from './badges-text.js'
import { fill } from './fill.js'
import { wordsOfKind } from './kinds.js'
import { limited } from './limits.js'
import { capitalized, request, type Speech } from './speech.js'

/** Returns the title of a badge, or undefined if it must not be named. */
export type TitleOf = (badgeId: string) => string | undefined

/** Writes what a requirement asks for, without a user's progress. */
export function requirementText(speech: Speech, requirement: ExpandedRequirement, titleOf: TitleOf): string {
  const { phrases, number } = speech
  switch (requirement.type) {
    case 'all':
    case 'any':
    case 'some': {
      const parts = requirement.of.map(part => {
        const text = requirementText(speech, part, titleOf)
        return 'of' in part ? `(${text})` : text
      })
      return `${headText(speech, requirement)} ${parts.join(speech.language === 'ar' ? '؛ ' : '; ')}`
    }
    case 'points':
      return request(speech, { n: requirement.target, nouns: [phrases.point], verb: phrases.verbs.earn, isMore: false })
    case 'level':
      return fill(phrases.reachLevel, { level: number(requirement.target) })
    case 'milestones':
      return milestonesText(speech, requirement, titleOf)
    default: {
      const target = writtenTargetOf(requirement)
      const text = wordsOfKind(requirement).requirement(speech, { requirement, target })
      return limited(speech, requirement, text, { withWindow: true })
    }
  }
}

/** What a requirement asks for, part by part. */
export type RequirementOutline = { text: string; parts: RequirementOutline[] }

/** Writes what a requirement asks for, part by part. The text of a composite only introduces its parts. */
export function outlineOf(speech: Speech, requirement: ExpandedRequirement, titleOf: TitleOf): RequirementOutline {
  if (!('of' in requirement)) {
    return { text: capitalized(speech, requirementText(speech, requirement, titleOf)), parts: [] }
  }
  const parts = requirement.of.map(part => outlineOf(speech, part, titleOf))
  return { text: capitalized(speech, headText(speech, requirement)), parts }
}

type Composite = Extract<ExpandedRequirement, { readonly of: unknown }>

function headText({ phrases, number }: Speech, requirement: Composite): string {
  return fill(phrases[requirement.type], { n: requirement.type === 'some' ? number(requirement.target) : '' })
}

function milestonesText(
  speech: Speech,
  { ids, target }: Extract<ExpandedRequirement, { readonly type: 'milestones' }>,
  titleOf: TitleOf,
): string {
  const distinct = [...new Set<string>(ids)]
  const needed = target ?? distinct.length
  // A badge that must not be named is still needed.
  const unnamed = new Array<undefined>(Math.max(needed - distinct.length, 0)).fill(undefined)
  return earnText(speech, [...distinct.map(titleOf), ...unnamed], needed)
}
