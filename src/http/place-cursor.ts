import { refusedPlace } from './problem.js'

/** Writes where a page ends as an opaque cursor. */
export function cursorAt(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Reads such a cursor; its parts must be of the same types as those of `like`. @throws REQUEST_INVALID */
export function placeAt<Place extends readonly (string | number)[]>(
  cursor: string | undefined,
  like: Place,
): Place | undefined {
  if (cursor === undefined) return undefined
  const parts = parsed(cursor)
  if (Array.isArray(parts) && parts.length === like.length && parts.every((part, i) => isLike(part, like[i]!)))
    return parts as unknown as Place
  throw refusedPlace('/cursor', 'is no cursor of this list; give the `next` of the page before')
}

/** Cuts a page off a list that was read with one entry more, which tells whether there is another page. */
export function cutPage<Item>(
  found: readonly Item[],
  limit: number,
  placeOf: (item: Item) => readonly (string | number)[],
): { readonly items: readonly Item[]; readonly next: string | null } {
  const items = found.slice(0, limit)
  return { items, next: found.length > limit ? cursorAt(placeOf(items.at(-1)!)) : null }
}

// Microseconds travel as text, and must stay digits for the database; a NUL it cannot take.
function isLike(part: unknown, like: string | number): boolean {
  if (typeof like === 'number') return Number.isSafeInteger(part)
  if (typeof part !== 'string' || part.includes('\0')) return false
  return like !== digits || /^-?\d{1,18}$/.test(part)
}

/** Stands for a part that is digits. */
export const digits = '0'

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}
