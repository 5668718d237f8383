import { cursorOf } from '../../service/context/cursor.js'
import { notACursor, placeAt } from './place-cursor.js'

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
  return { items, next: end < list.length ? cursorOf([end, keyOf(items.at(-1)!)]) : null }
}

function startAfter<Item>(
  list: readonly Item[],
  [place, key]: readonly [number, string],
  keyOf: (item: Item) => string,
): number {
  const found = list.findIndex(item => keyOf(item) === key)
  return found === -1 ? Math.min(place, list.length) : found + 1
}

function readCursor(cursor: string): readonly [place: number, key: string] {
  const [place, key] = placeAt(cursor, ['int', 'text'])!
  if (place < 0) throw notACursor()
  return [place, key]
}
