import { type CursorParts, cursorOf, type PartKind, partsOf } from '../../service/context/cursor.js'
import { refusedPlace } from '../problem/problem.js'

/** Reads the cursor of a list. @throws REQUEST_INVALID */
export function placeAt<const Kinds extends readonly PartKind[]>(
  cursor: string | undefined,
  kinds: Kinds,
): CursorParts<Kinds> | undefined {
  if (cursor === undefined) return undefined
  const parts = partsOf(cursor, kinds)
  if (!parts) throw notACursor()
  return parts
}

/** Creates the error for a cursor that does not belong to this list. */
export function notACursor(): Error {
  return refusedPlace('/cursor', 'is not a cursor of this list; send the `next` of the previous page')
}

/** Returns one page of a list. The list was read with one extra entry, which shows whether another page follows. */
export function cutPage<Item>(
  found: readonly Item[],
  limit: number,
  placeOf: (item: Item) => readonly (string | number)[],
): { readonly items: readonly Item[]; readonly next: string | null } {
  const items = found.slice(0, limit)
  return { items, next: found.length > limit ? cursorOf(placeOf(items.at(-1)!)) : null }
}
