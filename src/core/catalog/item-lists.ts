import type { CompletionFilter } from '../metrics/filter.js'
import { filledWith, type ItemLists, isItemList } from '../metrics/item-list.js'
import { isMetricRequirement, type MetricRequirement } from '../metrics/kinds.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import type { Catalog } from './catalog.js'

/** Lists the names of the lists of items that a catalog uses, each once. */
export function listNamesIn({ requirements, boards }: Pick<Catalog, 'requirements' | 'boards'>): readonly string[] {
  const leaves = [...requirements.flatMap(metricsIn), ...boards.flatMap(({ by }) => (typeof by === 'object' ? by : []))]
  return [...new Set(leaves.flatMap(({ items }) => (isItemList(items) ? [items.list] : [])))]
}

/** Gives a catalog the contents of lists. Other lists stay as they are; nobody can complete an item of an unknown one. */
export function withLists(catalog: Catalog, lists: ItemLists): Catalog {
  return {
    ...catalog,
    requirements: catalog.requirements.map(requirement => filled(requirement, lists)),
    boards: catalog.boards.map(({ by, ...board }) => ({
      ...board,
      by: typeof by === 'object' ? withKeys(by, lists) : by,
    })),
  }
}

/** Lists the parts of a requirement that compare a metric, in its order. */
export function metricsIn(requirement: ExpandedRequirement): readonly MetricRequirement[] {
  if ('of' in requirement) return requirement.of.flatMap(metricsIn)
  return isMetricRequirement(requirement) ? [requirement] : []
}

function filled(requirement: ExpandedRequirement, lists: ItemLists): ExpandedRequirement {
  if ('of' in requirement) return { ...requirement, of: requirement.of.map(part => filled(part, lists)) }
  return isMetricRequirement(requirement) ? withKeys(requirement, lists) : requirement
}

function withKeys<Filter extends Pick<CompletionFilter, 'items'>>(filter: Filter, lists: ItemLists): Filter {
  const { items } = filter
  const keys = isItemList(items) && lists.get(items.list)
  return keys ? { ...filter, items: filledWith(items, keys) } : filter
}
