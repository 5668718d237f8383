// Lists of items, read the slow and obvious way: a catalog is the one in which they are written out.
import type { CatalogDefinition } from '../../src/core/catalog/catalog.js'

/** The items of lists, by name. */
export type ModelLists = ReadonlyMap<string, readonly string[]>

/** Writes the items of lists into a catalog in place of their names. Of a list that was never set, there are none. */
export function writtenOut(definition: CatalogDefinition, lists: ModelLists): CatalogDefinition {
  const text = JSON.stringify(definition, (_, value) => (isList(value) ? (lists.get(value.list) ?? []) : value))
  return JSON.parse(text)
}

/** Tells whether a milestone that can be earned, or a board, needs a list. */
export function usesList({ milestones, boards }: CatalogDefinition, list: string): boolean {
  const text = JSON.stringify([milestones.filter(({ retired }) => !retired), boards])
  return text.includes(JSON.stringify({ list }))
}

function isList(value: unknown): value is { readonly list: string } {
  return typeof value === 'object' && value !== null && 'list' in value
}
