import { isStorableTime } from '../../core/time/instant.js'
import { textFault } from '../../core/values/metadata.js'
import { refusedPlace } from '../problem/problem.js'

/** What the parts of a cursor can be. */
type Parts = {
  readonly text: string
  /** Microseconds since 1970 as digits, which JavaScript's numbers do not hold. */
  readonly micros: string
  /** Milliseconds since 1970. */
  readonly ms: number
  /** An id that counts up, and a number that Postgres holds in four bytes. */
  readonly id: number
  readonly int: number
}

type PartKind = keyof Parts
type CursorParts<Kinds extends readonly PartKind[]> = { readonly [Key in keyof Kinds]: Parts[Kinds[Key]] }

const isOfKind: Readonly<Record<PartKind, (part: unknown) => boolean>> = {
  text: part => typeof part === 'string' && textFault(part) === undefined,
  micros: part => typeof part === 'string' && /^-?\d{1,18}$/.test(part) && isStorableTime(Number(part) / 1000),
  ms: part => Number.isSafeInteger(part) && isStorableTime(part as number),
  id: part => Number.isSafeInteger(part),
  int: part => Number.isInteger(part) && Math.abs(part as number) < 2 ** 31,
}

/** Writes where a page ends as an opaque cursor. */
export function cursorAt(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Reads such a cursor, which may come from anybody: only parts that the database takes get through. @throws REQUEST_INVALID */
export function placeAt<const Kinds extends readonly PartKind[]>(
  cursor: string | undefined,
  kinds: Kinds,
): CursorParts<Kinds> | undefined {
  if (cursor === undefined) return undefined
  const parts = parsed(cursor)
  const isSound = Array.isArray(parts) && parts.length === kinds.length
  if (isSound && kinds.every((kind, i) => isOfKind[kind](parts[i]))) return parts as unknown as CursorParts<Kinds>
  throw refusedPlace('/cursor', 'is not a cursor of this list; send the `next` of the previous page')
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

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}
