import type { KindName, MetricRequirement, MetricRequirements } from '../metrics/kinds.js'
import type { KindWords } from './kind-words.js'
import { bestWords } from './kinds/best.js'
import { countWords } from './kinds/count.js'
import { lowestWords } from './kinds/lowest.js'
import { streakWords } from './kinds/streak.js'
import { totalWords } from './kinds/total.js'

/** The words of each kind of metric. A new kind is a line here and a file in `kinds`. */
const kindWords = {
  count: countWords,
  total: totalWords,
  best: bestWords,
  lowest: lowestWords,
  streak: streakWords,
} as const satisfies { readonly [Kind in KindName]: KindWords<MetricRequirements[Kind]> }

/** Finds the words of a requirement's kind. */
export function wordsOfKind<Kind extends MetricRequirement>({ type }: Kind): KindWords<Kind> {
  return kindWords[type] as unknown as KindWords<Kind>
}
