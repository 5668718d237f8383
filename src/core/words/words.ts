import type { Catalog } from '../catalog/catalog.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import type { NextStep } from '../progress/next-step.js'
import { nextStepText, type StepTime } from './next-step-text.js'
import { type PartFacts, partText } from './part-text.js'
import { outlineOf, type RequirementOutline, requirementText, type TitleOf } from './requirement-text.js'
import { capitalized, speechOf, type WordedCatalog } from './speech.js'

/** Sentences about requirements and next steps, all in one language and none with a field name, an id or a code. */
export type Words = {
  /** The locale whose language they are in, and in which numbers, dates and lists are written. */
  readonly locale: string
  /** Says what a part of a requirement takes and how far a user is: `7 of 10 pages`. */
  readonly part: (part: PartFacts) => string
  /** Says what to do next: `Read 3 more pages by the end of tomorrow.` Gives the `hint` instead while there is something to do. */
  readonly nextStep: (step: NextStep, time: StepTime) => string
  /** Says what a requirement takes, whoever the user is: `Read 10 pages`. */
  readonly requirement: (requirement: ExpandedRequirement, titleOf: TitleOf) => string
  /** Says the same part by part. */
  readonly outline: (requirement: ExpandedRequirement, titleOf: TitleOf) => RequirementOutline
}

/** Makes the sentences in the language of a locale, or else of the catalog, or else English. */
export function wordsOf(catalog: WordedCatalog, locale?: string): Words {
  const speech = speechOf(catalog, locale)
  return {
    locale: speech.locale,
    part: part => capitalized(speech, partText(speech, part)),
    nextStep: (step, time) => nextStepText(speech, step, time),
    requirement: (requirement, titleOf) => capitalized(speech, requirementText(speech, requirement, titleOf)),
    outline: (requirement, titleOf) => outlineOf(speech, requirement, titleOf),
  }
}

/** Makes the sentences about a catalog's own milestones. */
export function wordsOfCatalog({ locale, definition }: Pick<Catalog, 'locale' | 'definition'>, asked?: string): Words {
  return wordsOf({ locale, labels: definition.labels }, asked)
}
