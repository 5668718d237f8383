import type { Tables } from '../schema/tables.js'

/**
 * Reads something of some users, as a map by user. In a cluster it asks for one user after the other, because then each
 * statement goes to one node, which can run any SQL.
 */
export async function byUser<Value>(
  { layout }: Tables,
  userIds: readonly string[],
  read: (userIds: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): Promise<ReadonlyMap<string, Value>> {
  if (!layout.isSpread || userIds.length <= 1) return read(userIds)
  const found = new Map<string, Value>()
  for (const userId of userIds) for (const [key, value] of await read([userId])) found.set(key, value)
  return found
}
