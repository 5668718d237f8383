import { english, type Texts } from '../../src/react/texts.js'
import { arabic } from '../../src/react-ar.js'
import { german } from '../../src/react-de.js'
import { spanish } from '../../src/react-es.js'
import { french } from '../../src/react-fr.js'
import { brazilianPortuguese } from '../../src/react-pt-br.js'

/** The texts of the components in every language that ships. */
export const textsByLanguage = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  'pt-BR': brazilianPortuguese,
  ar: arabic,
} as const satisfies Readonly<Record<string, Texts>>
