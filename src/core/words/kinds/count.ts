import type { CountRequirement } from '../../metrics/kinds/count.js'
import { categoryNouns, type KindWords } from '../kind-words.js'
import { type CountedNoun, request, type Speech, share, verbOf } from '../speech.js'

/** What is said about counts of completions, or of the different values of a property. */
export const countWords: KindWords<CountRequirement> = {
  part: (speech, { requirement, current, target }) =>
    share(speech, current, target, ...nounsOf(speech, requirement).map(({ noun }) => noun)),
  next: (speech, { requirement, current, remaining }) =>
    ask(speech, requirement, { n: remaining, isMore: current > 0 }),
  requirement: (speech, { requirement, target }) => ask(speech, requirement, { n: target, isMore: false }),
}

function ask(
  speech: Speech,
  requirement: CountRequirement,
  count: { readonly n: number; readonly isMore: boolean },
): string {
  const counted = nounsOf(speech, requirement)
  const verb = verbOf(counted, verbOf(categoryNouns(speech, requirement), speech.phrases.verbs.finish))
  return request(speech, { ...count, nouns: counted.map(({ noun }) => noun), verb })
}

function nounsOf(speech: Speech, requirement: CountRequirement): readonly CountedNoun[] {
  const value = requirement.distinct === undefined ? undefined : speech.ofProperty(requirement.distinct)
  return value ? [value] : categoryNouns(speech, requirement)
}
