import { shortenedLocales } from '../values/text.js'

/** The words for what a category or a property counts, by the plural rules of their language (`Intl.PluralRules`). */
export type Label = {
  readonly zero?: string
  readonly one: string
  readonly two?: string
  readonly few?: string
  readonly many?: string
  readonly other: string
  /** What a user does with it, as a request: `read` in "Read 3 more pages". */
  readonly verb?: string
}

/** Labels by category or metadata property: in the catalog's locale, or by locale (BCP 47). */
export type Labels = { readonly [categoryOrProperty: string]: Label | { readonly [locale: string]: Label } }

/**
 * Finds the label of a category or property in a language, so that no sentence mixes two: undefined if the catalog has
 * none in it. `locales`: the tags to look for, each shortened part by part as by RFC 4647, the first found wins.
 */
export function labelIn(
  { labels = {}, locale }: { readonly labels?: Labels | undefined; readonly locale: string },
  key: string,
  locales: readonly string[],
): Label | undefined {
  const given = Object.hasOwn(labels, key) ? labels[key] : undefined
  if (given === undefined) return undefined
  const byLocale = isLabel(given)
    ? new Map([[locale.toLowerCase(), given]])
    : new Map(Object.entries(given).map(([tag, label]) => [tag.toLowerCase(), label]))
  const exact = locales.flatMap(shortenedLocales).find(tag => byLocale.has(tag))
  if (exact !== undefined) return byLocale.get(exact)
  // For `pt-PT`, a label in `pt-BR` is better than a general word.
  const languages = new Set(locales.map(primaryLanguage))
  return [...byLocale].find(([tag]) => languages.has(primaryLanguage(tag)))?.[1]
}

function primaryLanguage(tag: string): string {
  return tag.toLowerCase().split('-', 1)[0]!
}

// No locale has the tag `other`.
function isLabel(given: Label | { readonly [locale: string]: Label }): given is Label {
  return typeof given.other === 'string'
}
