import { categoriesOf } from '../metrics/filter.js'
import type { MetricRequirement } from '../metrics/kinds.js'
import { type CountedNoun, quantity, type Speech, things } from './speech.js'

/**
 * The sentences of one kind of metric, in every language. They leave out items, `where`, periods and dates, which are the same for all
 * kinds and are added later. They start without a capital letter and end without a full stop.
 */
export type KindWords<Kind extends MetricRequirement = MetricRequirement> = {
  /** How far a user is: `7 of 10 pages`. `current` is at most the target once that is reached. */
  readonly part: (speech: Speech, facts: MetricFacts<Kind>) => string
  /** What to do next: `read 3 more pages`. */
  readonly next: (speech: Speech, facts: MetricFacts<Kind> & { readonly remaining: number }) => string
  /** What is required, without a user's progress: `read 10 pages`. */
  readonly requirement: (speech: Speech, facts: Pick<MetricFacts<Kind>, 'requirement' | 'target'>) => string
  /** True if the user must continue by the end of the step to keep the progress, as in a streak. */
  readonly endsUnlessContinued?: boolean
}

export type MetricFacts<Kind extends MetricRequirement> = {
  readonly requirement: Kind
  readonly current: number
  readonly target: number
}

/** Writes the categories of a requirement, in the plural: `quizzes or lessons`. */
export function categoriesText(speech: Speech, requirement: MetricRequirement): string {
  return pluralText(speech, categoryNouns(speech, requirement))
}

/** Writes nouns in the plural, without a number. */
export function pluralText(speech: Speech, nouns: readonly CountedNoun[]): string {
  return things(
    speech,
    several,
    nouns.map(({ noun }) => noun),
  )
}

/** A number that takes the plural in every language. */
export const several = 3

/** Writes a target with the label of its property, if it has one: `60 seconds`. */
export function targetText(speech: Speech, property: string, target: number): string {
  const unit = speech.ofProperty(property)
  return unit ? quantity(speech, target, unit.noun) : speech.number(target)
}

/** Lists the nouns for the categories of a requirement. */
export function categoryNouns(speech: Speech, requirement: MetricRequirement): readonly CountedNoun[] {
  return [...new Set(categoriesOf(requirement))].map(speech.ofCategory)
}
