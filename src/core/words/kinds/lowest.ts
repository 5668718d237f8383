import type { LowestRequirement } from '../../metrics/kinds/lowest.js'
import { fill } from '../fill.js'
import { categoriesText, type KindWords, targetText } from '../kind-words.js'
import type { ByLanguage } from '../language.js'
import type { Speech } from '../speech.js'

const templates: ByLanguage<Readonly<Record<'part' | 'noValue' | 'next' | 'requirement', string>>> = {
  en: {
    part: '{categories}: {things} or less; your lowest is {current}',
    noValue: '{categories}: {things} or less; no value yet',
    next: '{categories}: reach {things} or less',
    requirement: '{categories}: {things} or less',
  },
  de: {
    part: '{categories}: höchstens {things}; dein niedrigster Wert ist {current}',
    noValue: '{categories}: höchstens {things}; noch kein Wert',
    next: '{categories}: Erreiche höchstens {things}',
    requirement: '{categories}: höchstens {things}',
  },
  fr: {
    part: '{categories} : au plus {things} ; ta valeur la plus basse est {current}',
    noValue: '{categories} : au plus {things} ; pas encore de valeur',
    next: '{categories} : atteins {things} ou moins',
    requirement: '{categories} : au plus {things}',
  },
  es: {
    part: '{categories}: {things} o menos; tu valor más bajo es {current}',
    noValue: '{categories}: {things} o menos; aún sin valor',
    next: '{categories}: alcanza {things} o menos',
    requirement: '{categories}: {things} o menos',
  },
  'pt-BR': {
    part: '{categories}: {things} ou menos; seu menor valor é {current}',
    noValue: '{categories}: {things} ou menos; ainda sem valor',
    next: '{categories}: alcance {things} ou menos',
    requirement: '{categories}: {things} ou menos',
  },
  ar: {
    part: '{categories}: {things} أو أقل؛ أدنى قيمة لك {current}',
    noValue: '{categories}: {things} أو أقل؛ لا توجد قيمة بعد',
    next: '{categories}: حقق {things} أو أقل',
    requirement: '{categories}: {things} أو أقل',
  },
}

/** What is said about the lowest value of a number in the metadata. */
export const lowestWords: KindWords<LowestRequirement> = {
  part: (speech, { current, ...facts }) =>
    fill(speech.in(templates)[partTemplate(current, facts.target)], {
      ...valuesOf(speech, facts),
      current: speech.number(current),
    }),
  next: (speech, facts) => fill(speech.in(templates).next, valuesOf(speech, facts)),
  requirement: (speech, facts) => fill(speech.in(templates).requirement, valuesOf(speech, facts)),
}

// `current` is 0 before the first value. If the target is 0 or less, 0 may also be a real value, so we mention neither.
function partTemplate(current: number, target: number): 'part' | 'noValue' | 'requirement' {
  if (current !== 0) return 'part'
  return target > 0 ? 'noValue' : 'requirement'
}

type LowestFacts = { readonly requirement: LowestRequirement; readonly target: number }

function valuesOf(speech: Speech, { requirement, target }: LowestFacts): { readonly [name: string]: string } {
  return {
    categories: categoriesText(speech, requirement),
    things: targetText(speech, requirement.property, target),
  }
}
