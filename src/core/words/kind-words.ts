import { categoriesOf } from '../metrics/filter.js'
import type { MetricRequirement } from '../metrics/kinds.js'
import type { CountedNoun, Speech } from './speech.js'

/**
 * What is said about one kind of metric, in every language. Say nothing of items, `where`, periods and dates: those are the same for
 * all kinds and are added around it. No capital at the start, no full stop at the end.
 */
export type KindWords<Kind extends MetricRequirement = MetricRequirement> = {
  /** How far a user is: `7 of 10 pages`. `current` is at most the target once that is reached. */
  readonly part: (speech: Speech, facts: MetricFacts<Kind>) => string
  /** What to do next: `read 3 more pages`. */
  readonly next: (speech: Speech, facts: MetricFacts<Kind> & { readonly remaining: number }) => string
  /** What it takes, whoever the user is: `read 10 pages`. */
  readonly requirement: (speech: Speech, facts: Pick<MetricFacts<Kind>, 'requirement' | 'target'>) => string
  /** Whether what is begun ends at the end of a step unless the user continues, in place of being due by then. */
  readonly endsUnlessContinued?: boolean
}

export type MetricFacts<Kind extends MetricRequirement> = {
  readonly requirement: Kind
  readonly current: number
  readonly target: number
}

/** Lists what the categories of a requirement are called. */
export function categoryNouns(speech: Speech, requirement: MetricRequirement): readonly CountedNoun[] {
  return [...new Set(categoriesOf(requirement))].map(speech.ofCategory)
}
