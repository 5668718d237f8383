import { isItemList, itemKeysOf } from '../metrics/item-list.js'
import { isMetricRequirement } from '../metrics/kinds.js'
import { joinPath, suggest } from '../values/shape-faults.js'
import { type Goal, leavesOf } from './goal.js'
import type { CatalogWarning } from './warning.js'

/** Finds lists without items, so that nobody can earn what needs them. `known`: the names of all lists that exist. */
export function listWarnings(goals: readonly Goal[], known: readonly string[]): readonly CatalogWarning[] {
  const leaves = goals.filter(({ milestone }) => !milestone.isRetired).flatMap(leavesOf)
  return leaves.flatMap(({ requirement, path }): readonly CatalogWarning[] => {
    const items = isMetricRequirement(requirement) ? requirement.items : undefined
    if (!isItemList(items) || itemKeysOf(items)?.length !== 0) return []
    const { list } = items
    const others = known.filter(name => name !== list)
    const fix = `Set its items with setItems${others.length > 0 ? `, or name another list. ${suggest(list, others)}` : '.'}`
    return [
      {
        kind: 'unreachable',
        path: joinPath(path, 'items', 'list'),
        problem: `"${list}" has no items, so nobody can earn it`,
        fix,
      },
    ]
  })
}
