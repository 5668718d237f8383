import { parseInstant } from '../time/instant.js'
import { isMilepostError } from '../values/errors.js'
import { invalid, rethrownUnread } from '../values/invalid.js'
import { kindOf } from '../values/metadata.js'
import { badgeCategory, type CompletionCheck, checkCompletion, type NewCompletion } from './completion.js'

/** A row of what is imported, by the names of its columns. */
export type ImportRow = { readonly [column: string]: unknown }

/** Where a value comes from: the column of this name, a function of the row, or the same value for all rows. */
export type ImportField = string | ((row: ImportRow) => unknown) | { readonly value: unknown }

/** How the rows of a source become completions. */
export type ImportMapping = {
  /** Whole numbers, such as of a serial column, become their digits; so do those of `itemKey`. */
  readonly userId: ImportField
  /**
   * Rows of category `milestone_badge` are badges, taken with `badges: true`: `itemKey` is the milestone's id, `metadata` what the badge
   * says. The catalog fills in what it leaves out.
   */
  readonly category: ImportField
  readonly itemKey: ImportField
  /** A Date, milliseconds since 1970, or ISO 8601, in UTC where no zone stands. Needed: without it everything would be of today. */
  readonly completedAt: ImportField
  /** An object, or JSON text of one. Default: none, null or empty. */
  readonly metadata?: ImportField
}

/** What is wrong with a row, and where in it. */
export type RowFault = { readonly field: string; readonly problem: string }

/** Makes a row a checked completion or badge, or tells why it is none. */
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
    // What is no string or object is found by the check itself.
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
    throw rethrownUnread(error, name)
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
  // Celebrated long ago, where it comes from; and the completion named there need not be here.
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
