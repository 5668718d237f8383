import type { Catalog } from '../../core/catalog/catalog.js'
import { invalid } from '../../core/values/invalid.js'
import { isLocale } from '../../core/values/text.js'

/** Checks that a catalog comes from `defineCatalog` or `parseCatalog`. @throws INPUT_INVALID */
export function checkCatalog(catalog: Catalog): Catalog {
  if (Array.isArray(catalog?.requirements)) return catalog
  throw invalid('catalog', 'was not checked; pass the result of defineCatalog')
}

/** Checks a locale that a caller passed. @throws INPUT_INVALID */
export function checkLocale(locale: unknown): string | undefined {
  if (locale === undefined) return undefined
  if (typeof locale === 'string' && isLocale(locale)) return locale
  throw invalid('locale', 'is not a valid locale; use a BCP 47 tag such as en or pt-BR', locale)
}
