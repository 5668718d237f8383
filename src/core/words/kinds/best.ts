import type { BestRequirement } from '../../metrics/kinds/best.js'
import { fill } from '../fill.js'
import { categoriesText, type KindWords, targetText } from '../kind-words.js'
import type { ByLanguage } from '../language.js'
import type { Speech } from '../speech.js'

const templates: ByLanguage<Readonly<Record<'part' | 'next' | 'requirement', string>>> = {
  en: {
    part: '{categories}: {things} or more in one go; your best is {current}',
    next: '{categories}: reach {things} in one go',
    requirement: '{categories}: {things} or more in one go',
  },
  de: {
    part: '{categories}: mindestens {things} auf einmal; dein Bestwert ist {current}',
    next: '{categories}: Erreiche {things} auf einmal',
    requirement: '{categories}: mindestens {things} auf einmal',
  },
  fr: {
    part: '{categories} : au moins {things} en une fois ; ton record est {current}',
    next: '{categories} : atteins {things} en une fois',
    requirement: '{categories} : au moins {things} en une fois',
  },
  es: {
    part: '{categories}: {things} o más de una vez; tu récord es {current}',
    next: '{categories}: alcanza {things} de una vez',
    requirement: '{categories}: {things} o más de una vez',
  },
  'pt-BR': {
    part: '{categories}: {things} ou mais de uma vez; seu recorde é {current}',
    next: '{categories}: alcance {things} de uma vez',
    requirement: '{categories}: {things} ou mais de uma vez',
  },
  ar: {
    part: '{categories}: {things} أو أكثر دفعة واحدة؛ أفضل نتيجة لك {current}',
    next: '{categories}: حقق {things} دفعة واحدة',
    requirement: '{categories}: {things} أو أكثر دفعة واحدة',
  },
}

/** What is said about the highest value of a number in the metadata. */
export const bestWords: KindWords<BestRequirement> = {
  part: (speech, { current, ...facts }) =>
    fill(speech.in(templates).part, { ...valuesOf(speech, facts), current: speech.number(current) }),
  next: (speech, facts) => fill(speech.in(templates).next, valuesOf(speech, facts)),
  requirement: (speech, facts) => fill(speech.in(templates).requirement, valuesOf(speech, facts)),
}

type BestFacts = { readonly requirement: BestRequirement; readonly target: number }

function valuesOf(speech: Speech, { requirement, target }: BestFacts): { readonly [name: string]: string } {
  return {
    categories: categoriesText(speech, requirement),
    things: targetText(speech, requirement.property, target),
  }
}
