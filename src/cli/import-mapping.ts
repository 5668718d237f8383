import type { ImportField, ImportMapping } from '../core/users/import-mapping.js'
import type { Arguments, Options } from './command.js'
import { usageError } from './failure.js'

/** Which columns hold what. Left out, a column is found by its name as in `user_progress`, or in camelCase. */
export const mappingOptions: Options = {
  'user-column': { value: 'column', help: 'user_id or userId' },
  'category-column': { value: 'column', help: 'category' },
  category: { value: 'name', help: 'the category of all rows, instead of a column' },
  'item-column': { value: 'column', help: 'item_key or itemKey' },
  'time-column': { value: 'column', help: 'completed_at or completedAt; ISO 8601, UTC if no zone is given' },
  'metadata-column': { value: 'column', help: 'metadata; JSON, may be missing' },
}

/** Reads where the values of a completion stand. @throws USAGE */
export function mappingOf({ texts }: Arguments): ImportMapping {
  const { category } = texts
  if (category !== undefined && texts['category-column'] !== undefined)
    throw usageError('--category and --category-column cannot be combined.')
  return {
    userId: texts['user-column'] ?? eitherOf('user_id', 'userId'),
    category: category === undefined ? (texts['category-column'] ?? 'category') : { value: category },
    itemKey: texts['item-column'] ?? eitherOf('item_key', 'itemKey'),
    completedAt: texts['time-column'] ?? eitherOf('completed_at', 'completedAt'),
    metadata: texts['metadata-column'] ?? 'metadata',
  }
}

function eitherOf(name: string, other: string): ImportField {
  return row => row[name] ?? row[other]
}
