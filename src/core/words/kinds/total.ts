import type { TotalRequirement } from '../../metrics/kinds/total.js'
import { fill } from '../fill.js'
import { categoriesText, type KindWords } from '../kind-words.js'
import type { ByLanguage } from '../language.js'
import { request, type Speech, share, verbOf } from '../speech.js'

/** Without a label for the property, a sum is a number that comes with its categories. */
const templates: ByLanguage<Readonly<Record<'part' | 'next' | 'first' | 'ofBest', string>>> = {
  en: {
    part: '{share} with {categories}',
    next: 'collect {n} more with {categories}',
    first: 'collect {n} with {categories}',
    ofBest: '{text}, with your best try at each',
  },
  de: {
    part: '{share} durch {categories}',
    next: 'sammle noch {n} durch {categories}',
    first: 'sammle {n} durch {categories}',
    ofBest: '{text}, je mit deinem besten Versuch',
  },
  fr: {
    part: '{share} avec : {categories}',
    next: 'cumule encore {n} avec : {categories}',
    first: 'cumule {n} avec : {categories}',
    ofBest: '{text}, avec ton meilleur essai à chaque fois',
  },
  es: {
    part: '{share} con {categories}',
    next: 'suma {n} más con {categories}',
    first: 'suma {n} con {categories}',
    ofBest: '{text}, con tu mejor intento en cada caso',
  },
  'pt-BR': {
    part: '{share} com {categories}',
    next: 'some mais {n} com {categories}',
    first: 'some {n} com {categories}',
    ofBest: '{text}, com sua melhor tentativa em cada',
  },
  ar: {
    part: '{share} من خلال {categories}',
    next: 'اجمع {n} أيضًا من خلال {categories}',
    first: 'اجمع {n} من خلال {categories}',
    ofBest: '{text}، بأفضل محاولة لك في كل مرة',
  },
}

/** What is said about sums of a number in the metadata. */
export const totalWords: KindWords<TotalRequirement> = {
  part: (speech, { requirement, current, target }) => {
    const unit = speech.ofProperty(requirement.property)
    if (unit) return ofBest(speech, requirement, share(speech, current, target, unit.noun))
    const { part } = speech.in(templates)
    const values = { share: share(speech, current, target), categories: categoriesText(speech, requirement) }
    return ofBest(speech, requirement, fill(part, values))
  },
  next: (speech, { requirement, current, remaining }) =>
    ask(speech, requirement, { n: remaining, isMore: current > 0 }),
  requirement: (speech, { requirement, target }) => ask(speech, requirement, { n: target, isMore: false }),
}

function ask(
  speech: Speech,
  requirement: TotalRequirement,
  { n, isMore }: { readonly n: number; readonly isMore: boolean },
): string {
  const unit = speech.ofProperty(requirement.property)
  const { next, first } = speech.in(templates)
  const text = unit
    ? request(speech, { n, isMore, nouns: [unit.noun], verb: verbOf([unit], speech.phrases.verbs.collect) })
    : fill(isMore ? next : first, { n: speech.number(n), categories: categoriesText(speech, requirement) })
  return ofBest(speech, requirement, text)
}

/** Adds that of each item only the best try counts. */
export function ofBest(speech: Speech, { per }: TotalRequirement, text: string): string {
  return per === undefined ? text : fill(speech.in(templates).ofBest, { text })
}
