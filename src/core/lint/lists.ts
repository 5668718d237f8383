import type { Catalog } from '../catalog/catalog.js'
import type { CompletionFilter } from '../metrics/filter.js'
import { isItemList, itemKeysOf } from '../metrics/item-list.js'
import { isMetricRequirement } from '../metrics/kinds.js'
import { joinPath, suggest } from '../values/shape-faults.js'
import { type Goal, leavesOf } from './goal.js'
import type { CatalogWarning } from './warning.js'

/**
 * Finds lists without items, so that nobody can earn what needs them, nor be on a board that counts them. `known`: the names of all lists
 * that exist.
 */
export function listWarnings(
  { boards }: Pick<Catalog, 'boards'>,
  goals: readonly Goal[],
  known: readonly string[],
): readonly CatalogWarning[] {
  const leaves = goals.filter(({ milestone }) => !milestone.isRetired).flatMap(leavesOf)
  return [
    ...leaves.flatMap(({ requirement, path }) =>
      isMetricRequirement(requirement) ? itemsWarnings(requirement, { path, known, effect: 'nobody can earn it' }) : [],
    ),
    ...boards.flatMap(({ by }, i) =>
      typeof by === 'object'
        ? itemsWarnings(by, { path: joinPath('boards', i, 'by'), known, effect: 'nobody can be on it' })
        : [],
    ),
  ]
}

type ListUse = { readonly path: string; readonly known: readonly string[]; readonly effect: string }

function itemsWarnings(
  { items }: Pick<CompletionFilter, 'items'>,
  { path, known, effect }: ListUse,
): readonly CatalogWarning[] {
  if (!isItemList(items) || itemKeysOf(items)?.length !== 0) return []
  const { list } = items
  const others = known.filter(name => name !== list)
  const fix = `Set its items with setItems${others.length > 0 ? `, or name another list. ${suggest(list, others)}` : '.'}`
  const problem = `"${list}" has no items, so ${effect}`
  return [{ kind: 'unreachable', path: joinPath(path, 'items', 'list'), problem, fix }]
}
