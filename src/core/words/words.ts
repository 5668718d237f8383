import type { Catalog } from '../catalog/catalog.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import type { NextStep } from '../progress/next-step.js'
import { nextStepText, type StepTime } from './next-step-text.js'
import { type PartFacts, partText } from './part-text.js'
import { outlineOf, type RequirementOutline, requirementText, type TitleOf } from './requirement-text.js'
import { capitalized, quantity, share, speechOf, type WordedCatalog } from './speech.js'

/** Sentences about requirements and next steps, all in one language and none with a field name, an id or a code. */
export type Words = {
  /** The locale of the sentences and of the numbers, dates and lists in them. */
  readonly locale: string
  /** Writes what a part of a requirement asks for and how far a user is: `7 of 10 pages`. */
  readonly part: (part: PartFacts) => string
  /** Writes how far a number is on its way: `3 of 7`. */
  readonly share: (current: number, target: number) => string
  /** Writes points, out of those that are needed if they are known and not reached: `120 of 500 points`. */
  readonly points: (points: number, targetPoints: number | null) => string
  /** Writes what to do next: `Read 3 more pages by the end of tomorrow.` If the milestone has a `hint`, returns that instead. */
  readonly nextStep: (step: NextStep, time: StepTime) => string
  /** Writes what a requirement asks for, without a user's progress: `Read 10 pages`. */
  readonly requirement: (requirement: ExpandedRequirement, titleOf: TitleOf) => string
  /** Writes the same, part by part. */
  readonly outline: (requirement: ExpandedRequirement, titleOf: TitleOf) => RequirementOutline
}

/** Creates the sentences in the language of a locale. Without one of ours, in the language of the catalog, or in English. */
export function wordsOf(catalog: WordedCatalog, locale?: string): Words {
  const speech = speechOf(catalog, locale)
  return {
    locale: speech.locale,
    part: part => capitalized(speech, partText(speech, part)),
    share: (current, target) => share(speech, current, target),
    points: (points, targetPoints) =>
      targetPoints === null || points >= targetPoints
        ? quantity(speech, points, speech.phrases.point)
        : share(speech, points, targetPoints, speech.phrases.point),
    nextStep: (step, time) => nextStepText(speech, step, time),
    requirement: (requirement, titleOf) => capitalized(speech, requirementText(speech, requirement, titleOf)),
    outline: (requirement, titleOf) => outlineOf(speech, requirement, titleOf),
  }
}

/** Creates the sentences about the milestones of a catalog. */
export function wordsOfCatalog({ locale, definition }: Pick<Catalog, 'locale' | 'definition'>, asked?: string): Words {
  return wordsOf({ locale, labels: definition.labels }, asked)
}
