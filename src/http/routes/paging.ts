import { refusedPlace } from '../problem/problem.js'

type Page = { readonly limit: number; readonly cursor?: string | undefined }

/** Cuts a page out of a list that is bounded anyway. A cursor holds the key of the last entry and its place, should that be gone. */
export function pageAfter<Item>(
  list: readonly Item[],
  { limit, cursor }: Page,
  keyOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly next: string | null } {
  const start = cursor === undefined ? 0 : startAfter(list, readCursor(cursor), keyOf)
  const items = list.slice(start, start + limit)
  const end = start + items.length
  return { items, next: end < list.length ? writeCursor([end, keyOf(items.at(-1)!)]) : null }
}

function startAfter<Item>(
  list: readonly Item[],
  [place, key]: readonly [number, string],
  keyOf: (item: Item) => string,
): number {
  const found = list.findIndex(item => keyOf(item) === key)
  return found === -1 ? Math.min(place, list.length) : found + 1
}

function writeCursor(value: readonly [number, string]): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function readCursor(cursor: string): readonly [number, string] {
  const value = parsed(cursor)
  if (Array.isArray(value) && value.length === 2) {
    const [place, key] = value as readonly unknown[]
    if (Number.isSafeInteger(place) && (place as number) >= 0 && typeof key === 'string') return [place as number, key]
  }
  throw refusedPlace('/cursor', 'is not a cursor of this list; send the `next` of the previous page')
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}
