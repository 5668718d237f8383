import { shortenedLocales } from '../values/text.js'

/** The languages in which sentences about requirements are written. */
export const languages = ['en', 'de', 'fr', 'es', 'pt-BR', 'ar'] as const

/** One of {@link languages}. */
export type Language = (typeof languages)[number]

/** One value per language. */
export type ByLanguage<Value> = { readonly [Each in Language]: Value }

/**
 * Chooses the language of sentences: the first of the locales that is in one of them, by the Lookup of RFC 4647 (`de-CH` is `de`, and
 * `pt` is `pt-BR`), English if none is. `locale` is that locale, for numbers and dates as its region writes them.
 */
export function languageOf(...locales: readonly (string | undefined)[]): {
  readonly language: Language
  readonly locale: string
} {
  for (const locale of locales) {
    const language = locale === undefined ? undefined : shortenedLocales(locale).map(languageTagged).find(Boolean)
    if (language !== undefined) return { language, locale: locale! }
  }
  return { language: 'en', locale: 'en' }
}

function languageTagged(tag: string): Language | undefined {
  return languages.find(language => language.toLowerCase() === tag || language.split('-', 1)[0] === tag)
}
