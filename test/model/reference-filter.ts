// Which completions a requirement counts, read off the list of them.
import type { LevelRule } from '../../src/core/catalog/level.js'
import type { CompletionFilter, During } from '../../src/core/metrics/filter.js'
import type { Where } from '../../src/core/metrics/where.js'
import { isAtHours, isInWindow, type ModelCalendar } from './reference-calendar.js'

export type ModelCompletion = {
  readonly userId: string
  readonly category: string
  readonly itemKey: string
  readonly metadata: { readonly [key: string]: unknown }
  readonly completedAt: Date
}

/** What is true of one user at some instant. */
export type World = {
  readonly completions: readonly ModelCompletion[]
  readonly heldIds: ReadonlySet<string>
  readonly points: number
  readonly levels: LevelRule | undefined
  readonly calendar: ModelCalendar
  /** When freezes were given. */
  readonly freezes: readonly Date[]
}

/** The completions that a requirement names, at the hours and in the window that it has. */
export function matching(
  requirement: CompletionFilter & { readonly during?: During },
  { completions, calendar }: World,
): ModelCompletion[] {
  const window = 'during' in requirement && typeof requirement.during === 'object' ? requirement.during : {}
  return completions.filter(
    completion =>
      matches(requirement, completion) &&
      isAtHours(requirement.when ?? {}, completion.completedAt, calendar) &&
      isInWindow(window, completion.completedAt, calendar),
  )
}

/** Whether a completion is of those that a filter names, whenever it was. */
export function matches(filter: CompletionFilter, { category, itemKey, metadata }: ModelCompletion): boolean {
  return (
    [filter.category].flat().includes(category) &&
    (!filter.items || writtenItems(filter.items).includes(itemKey)) &&
    Object.entries(filter.where ?? {}).every(([property, test]) => passes(test, metadata[property]))
  )
}

/** Items that are written out, as all are in the model. */
export function writtenItems(items: NonNullable<CompletionFilter['items']>): readonly string[] {
  if ('list' in items) throw new TypeError(`The items of ${items.list} are not written out`)
  return items
}

function passes(test: Where[string], value: unknown): boolean {
  const isThere = value !== undefined && value !== null
  return Object.entries(test).every(([operator, wanted]) => {
    if (operator === 'exists') return isThere === wanted
    if (!isThere) return false
    if (operator === 'in') return (wanted as unknown[]).includes(value)
    if (typeof value !== typeof wanted) return false
    const order = compare(value, wanted)
    switch (operator) {
      case 'eq':
        return order === 0
      case 'ne':
        return order !== 0
      case 'gt':
        return order > 0
      case 'gte':
        return order >= 0
      case 'lt':
        return order < 0
      default:
        return order <= 0
    }
  })
}

/** Orders numbers as numbers, and texts by code points. */
export function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}

/** Orders completions by time, then by category and key. */
export function inTime(a: ModelCompletion, b: ModelCompletion): number {
  const byTime = a.completedAt.getTime() - b.completedAt.getTime()
  return byTime || compare(a.category, b.category) || compare(a.itemKey, b.itemKey)
}
