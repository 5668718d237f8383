/** A text for users: a string, or one per locale (BCP 47): `{ en: 'First steps', 'pt-BR': 'Primeiros passos' }`. */
export type LocalizedText = string | { readonly [locale: string]: string }

/** The locale of plain texts, and the fallback, unless the catalog sets another. */
export const defaultLocale = 'en'

/**
 * Chooses a text by the Lookup of RFC 4647, section 3.4: first the requested locale, then the same locale with its last
 * parts removed one by one (`de-CH-1996`, `de-CH`, `de`), then the fallback locale, which every text has.
 */
export function textIn(text: LocalizedText, locale: string, fallback: string): string {
  if (typeof text === 'string') return text
  const byLocale = new Map(Object.entries(text).map(([tag, words]) => [tag.toLowerCase(), words]))
  for (const range of shortenedLocales(locale)) {
    const words = byLocale.get(range)
    if (words !== undefined) return words
  }
  return byLocale.get(fallback.toLowerCase()) ?? Object.values(text)[0]!
}

/** Lists a locale in lower case, and what remains as its last parts are removed: `de-ch-1996`, `de-ch`, `de`. */
export function shortenedLocales(locale: string): readonly string[] {
  const ranges: string[] = []
  for (let range = locale.toLowerCase(); range !== ''; range = shortened(range)) ranges.push(range)
  return ranges
}

/** Changes a text in each of its locales. */
export function mapText(text: LocalizedText, change: (words: string) => string): LocalizedText {
  if (typeof text === 'string') return change(text)
  return Object.fromEntries(Object.entries(text).map(([locale, words]) => [locale, change(words)]))
}

/** Tells whether a tag is a locale by BCP 47. */
export function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

// A single letter or digit introduces the part after it and is removed with it: `zh-Hant-x-private`, `zh-Hant`.
function shortened(range: string): string {
  const shorter = range.slice(0, Math.max(range.lastIndexOf('-'), 0))
  return /-.$/.test(shorter) ? shorter.slice(0, -2) : shorter
}
