import type { ByLanguage } from './language.js'
import { arabic } from './languages/ar.js'
import { german } from './languages/de.js'
import { english } from './languages/en.js'
import { spanish } from './languages/es.js'
import { french } from './languages/fr.js'
import { brazilianPortuguese } from './languages/pt-br.js'
import type { Phrases } from './phrases.js'

/** The templates of every language. */
export const phrasesByLanguage: ByLanguage<Phrases> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  'pt-BR': brazilianPortuguese,
  ar: arabic,
}
