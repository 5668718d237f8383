import type { ImportField, ImportMapping } from '../core/users/import-mapping.js'
import type { Arguments, Options } from './command.js'
import { usageError } from './failure.js'

/** The columns of each field. Default: the name as in `user_progress`, or in camelCase. */
export const mappingOptions: Options = {
  'user-column': { value: 'column', help: 'column of the user id. Default: user_id or userId' },
  'category-column': { value: 'column', help: 'category' },
  category: { value: 'name', help: 'the category of all rows, instead of a column' },
  'item-column': { value: 'column', help: 'column of the item key. Default: item_key or itemKey' },
  'time-column': {
    value: 'column',
    help: 'column of the time, as ISO 8601, in UTC if it has no zone. Default: completed_at or completedAt',
  },
  'metadata-column': { value: 'column', help: 'column of the metadata as JSON; may be missing. Default: metadata' },
}

/** Reads the mapping of a completion's fields. @throws USAGE */
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
