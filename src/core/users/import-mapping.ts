import { parseInstant } from '../time/instant.js'
import { isMilepostError } from '../values/errors.js'
import { invalid, unreadableInput } from '../values/invalid.js'
import { kindOf } from '../values/metadata.js'
import { badgeCategory, type CompletionCheck, checkCompletion, type NewCompletion } from './completion.js'

/** A row to import: values by the names of their columns. */
export type ImportRow = { readonly [column: string]: unknown }

/** Where a value comes from: the column of this name, a function of the row, or the same value for all rows. */
export type ImportField = string | ((row: ImportRow) => unknown) | { readonly value: unknown }

/** How the rows of a source become completions. */
export type ImportMapping = {
  /** Whole numbers, such as from a serial column, are converted to their digits. This also applies to `itemKey`. */
  readonly userId: ImportField
  /**
   * Rows with category `milestone_badge` are badges, and are imported with `badges: true`. `itemKey` is the milestone's
   * id and `metadata` the content of the badge; the catalog fills in what is missing.
   */
  readonly category: ImportField
  readonly itemKey: ImportField
  /**
   * A Date, milliseconds since 1970, or ISO 8601, in UTC if it has no time zone. Required, because otherwise everything
   * would be dated today.
   */
  readonly completedAt: ImportField
  /** An object, or its JSON text. Default: none. It may be null or empty. */
  readonly metadata?: ImportField
}

/** What is wrong with a row, and where in it. */
export type RowFault = { readonly field: string; readonly problem: string }

/** Turns a row into a checked completion or badge, or returns why it cannot. */
export function mapRow(row: ImportRow, mapping: ImportMapping, check: CompletionCheck): NewCompletion | RowFault {
  try {
    const category = valueAt(row, mapping, 'category')
    if (category === badgeCategory && !check.allowsBadges)
      throw invalid('category', 'is the category of badges; they come in only with the option "badges"')
    const input = {
      userId: idFrom(valueAt(row, mapping, 'userId')),
      category,
      itemKey: idFrom(valueAt(row, mapping, 'itemKey')),
      completedAt: instantFrom(valueAt(row, mapping, 'completedAt')),
      metadata: metadataFrom(valueAt(row, mapping, 'metadata'), category === badgeCategory),
    }
    // The check itself finds values that are not strings or objects.
    return checkCompletion(input as never, check)
  } catch (error) {
    return faultIn(error)
  }
}

function valueAt(row: ImportRow, mapping: ImportMapping, name: keyof ImportMapping): unknown {
  const field = mapping[name]
  if (typeof field === 'string') return columnOf(row, field, name)
  if (typeof field !== 'function') return field?.value
  try {
    return field(row)
  } catch (error) {
    throw invalid(name, `could not be worked out: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function columnOf(row: ImportRow, column: string, name: string): unknown {
  try {
    if (Object.hasOwn(row, column)) return row[column]
  } catch (error) {
    throw unreadableInput(error, name)
  }
  if (name === 'metadata') return undefined
  throw invalid(name, `is missing: the row has no ${JSON.stringify(column)}`)
}

function faultIn(error: unknown): RowFault {
  if (!isMilepostError(error)) throw error
  const { field, problem } = error.details
  return { field: String(field), problem: String(problem) }
}

function idFrom(value: unknown): unknown {
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : value
}

function instantFrom(value: unknown): Date {
  const at = parseInstant(value)
  if (at) return at
  const isMissing = value === undefined || value === null || value === ''
  throw invalid(
    'completedAt',
    isMissing ? 'is missing; pass the original date' : `is not a valid ISO 8601 date: ${shown(value)}`,
  )
}

function metadataFrom(value: unknown, isBadge: boolean): unknown {
  const metadata = typeof value === 'string' ? parsed(value) : value
  if (!isBadge || typeof metadata !== 'object' || metadata === null) return metadata
  // The badge was celebrated long ago in the system it comes from, and the completion named there may not be imported.
  const { awardedBy, ...rest } = metadata as ImportRow
  return rest
}

function parsed(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('metadata', `is not JSON: ${shown(text)}`)
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : kindOf(value)
}
