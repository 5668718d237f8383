/** A list of items that the host keeps with `setItems`. */
export type ItemList = { readonly list: string }

/** The contents of lists, by name: item keys, each once. */
export type ItemLists = ReadonlyMap<string, readonly string[]>

// Under a symbol, so that nothing that is stored or shown of a requirement contains the whole list.
const contents = Symbol('contents')

type FilledList = ItemList & { readonly [contents]?: readonly string[] }

/** Tells whether items are those of a list. */
export function isItemList(items: readonly string[] | ItemList | undefined): items is ItemList {
  return items !== undefined && 'list' in items
}

/** Adds the contents to a list. */
export function filledWith({ list }: ItemList, keys: readonly string[]): ItemList {
  return { list, [contents]: keys } as FilledList
}

/** Lists the keys of items. Undefined if they are those of a list whose contents are not known. */
export function itemKeysOf(items: readonly string[] | ItemList): readonly string[] | undefined {
  return isItemList(items) ? (items as FilledList)[contents] : items
}
