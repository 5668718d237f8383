import { type Labels, labelIn } from '../catalog/labels.js'
import { fill, oncePer } from './fill.js'
import { type ByLanguage, type Language, languageOf } from './language.js'
import { phrasesByLanguage } from './languages.js'
import type { Noun, Phrases } from './phrases.js'
import { plainNoun } from './plain-noun.js'

/** A noun that a sentence counts, and what is done with it. */
export type CountedNoun = { readonly noun: Noun; readonly verb: string | undefined }

/** What sentences in one language are made with. */
export type Speech = {
  readonly language: Language
  /** In which numbers, lists and dates are written: the language as its region writes it. */
  readonly locale: string
  readonly phrases: Phrases
  /** Chooses the templates of this language from those of a kind of metric. */
  readonly in: <Templates>(byLanguage: ByLanguage<Templates>) => Templates
  readonly number: (n: number) => string
  readonly list: (words: readonly string[], kind: 'and' | 'or') => string
  /** The label of a category, or else what is said in its place. */
  readonly ofCategory: (category: string) => CountedNoun
  /** The label of a metadata property; undefined without one, since its name means nothing to users. */
  readonly ofProperty: (property: string) => CountedNoun | undefined
}

/** What sentences take from a catalog. */
export type WordedCatalog = { readonly labels?: Labels | undefined; readonly locale: string }

/** Arranges what sentences are made with, in the language of a locale, or else of the catalog. */
export function speechOf(catalog: WordedCatalog, asked?: string): Speech {
  const { language, locale } = languageOf(asked, catalog.locale)
  const phrases = phrasesByLanguage[language]
  const label = (key: string): CountedNoun | undefined => {
    const found = labelIn(catalog, key, [locale, language])
    return found && { noun: found, verb: found.verb }
  }
  return {
    language,
    locale,
    phrases,
    in: byLanguage => byLanguage[language],
    number: n => numbers(locale).format(n),
    list: (words, kind) => (kind === 'and' ? andLists : orLists)(locale).format(words),
    ofCategory: category =>
      label(category) ?? { noun: language === 'en' ? plainNoun(category) : phrases.activity, verb: undefined },
    ofProperty: label,
  }
}

const numbers = oncePer(locale => new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }))
const andLists = oncePer(locale => new Intl.ListFormat(locale, { type: 'conjunction' }))
const orLists = oncePer(locale => new Intl.ListFormat(locale, { type: 'disjunction' }))
const plurals = oncePer(locale => new Intl.PluralRules(locale))

/** Returns the form of a noun for a number. */
function formOf(speech: Speech, n: number, noun: Noun): string {
  return noun[plurals(speech.locale).select(n)] ?? noun.other
}

/** Writes a number with its noun, or with several, of which any counts: `3 lessons or quizzes`. */
export function quantity(speech: Speech, n: number, ...nouns: readonly Noun[]): string {
  const words = things(speech, n, nouns)
  const form = plurals(speech.locale).select(n)
  const isInNoun = speech.phrases.withoutNumber.includes(form) && nouns.every(noun => noun[form] !== undefined)
  return isInNoun ? words : `${speech.number(n)} ${words}`
}

/** Writes nouns in their form for a number, without the number. */
export function things(speech: Speech, n: number, nouns: readonly Noun[]): string {
  return speech.list([...new Set(nouns.map(noun => formOf(speech, n, noun)))], 'or')
}

/** Returns the verb for nouns: their own if they share one, otherwise the usual one. */
export function verbOf(nouns: readonly CountedNoun[], usual: string): string {
  const verbs = new Set(nouns.map(({ verb }) => verb))
  const [verb] = verbs
  return verbs.size === 1 && verb !== undefined ? verb : usual
}

/** Writes how many to do: `finish 3 lessons`, and `finish 2 more lessons` if some are done. */
export function request(
  speech: Speech,
  { n, nouns, verb, isMore }: { n: number; nouns: readonly Noun[]; verb: string; isMore: boolean },
): string {
  const { more, first } = speech.phrases
  const values = { n: speech.number(n), thing: things(speech, n, nouns), things: quantity(speech, n, ...nouns) }
  return fill(isMore ? more : first, { ...values, verb })
}

/** Writes how far something is: `7 of 10 pages`. */
export function share(speech: Speech, current: number, target: number, ...nouns: readonly Noun[]): string {
  const whole = nouns.length === 0 ? speech.number(target) : quantity(speech, target, ...nouns)
  return fill(speech.phrases.ofTarget, { current: speech.number(current), things: whole })
}

/** Begins a sentence with a capital letter. */
export function capitalized({ locale }: Speech, text: string): string {
  const [first = ''] = text
  return first.toLocaleUpperCase(locale) + text.slice(first.length)
}

/** Ends a sentence with a full stop. */
export function sentence(speech: Speech, text: string): string {
  const whole = capitalized(speech, text)
  return /[.!?؟…]$/.test(whole) ? whole : `${whole}.`
}
