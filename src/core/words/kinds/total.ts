import type { TotalRequirement } from '../../metrics/kinds/total.js'
import { fill } from '../fill.js'
import { categoriesText, type KindWords } from '../kind-words.js'
import type { ByLanguage } from '../language.js'
import { request, type Speech, share, verbOf } from '../speech.js'

/** Without a label for the property, a sum is a number that comes with its categories. */
const templates: ByLanguage<Readonly<Record<'part' | 'next' | 'first', string>>> = {
  en: {
    part: '{share} with {categories}',
    next: 'collect {n} more with {categories}',
    first: 'collect {n} with {categories}',
  },
  de: {
    part: '{share} durch {categories}',
    next: 'sammle noch {n} durch {categories}',
    first: 'sammle {n} durch {categories}',
  },
  fr: {
    part: '{share} avec : {categories}',
    next: 'cumule encore {n} avec : {categories}',
    first: 'cumule {n} avec : {categories}',
  },
  es: {
    part: '{share} con {categories}',
    next: 'suma {n} más con {categories}',
    first: 'suma {n} con {categories}',
  },
  'pt-BR': {
    part: '{share} com {categories}',
    next: 'some mais {n} com {categories}',
    first: 'some {n} com {categories}',
  },
  ar: {
    part: '{share} من خلال {categories}',
    next: 'اجمع {n} أيضًا من خلال {categories}',
    first: 'اجمع {n} من خلال {categories}',
  },
}

/** What is said about sums of a number in the metadata. */
export const totalWords: KindWords<TotalRequirement> = {
  part: (speech, { requirement, current, target }) => {
    const unit = speech.ofProperty(requirement.property)
    if (unit) return share(speech, current, target, unit.noun)
    const { part } = speech.in(templates)
    return fill(part, { share: share(speech, current, target), categories: categoriesText(speech, requirement) })
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
  if (unit)
    return request(speech, { n, isMore, nouns: [unit.noun], verb: verbOf([unit], speech.phrases.verbs.collect) })
  const { next, first } = speech.in(templates)
  return fill(isMore ? next : first, { n: speech.number(n), categories: categoriesText(speech, requirement) })
}
