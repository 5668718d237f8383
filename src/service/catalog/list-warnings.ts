import type { Catalog } from '../../core/catalog/catalog.js'
import { metricsIn } from '../../core/catalog/item-lists.js'
import { itemCountOf } from '../../core/metrics/filter.js'
import { isItemList } from '../../core/metrics/item-list.js'
import { targetOf } from '../../core/metrics/metric-of.js'
import { hasTooFewItems } from '../../core/metrics/too-few-items.js'
import type { ListWarning } from './plan-warning.js'

/** Finds the lists of a catalog that have fewer items than a milestone takes. */
export function listWarnings({ milestones, requirements }: Catalog): readonly ListWarning[] {
  return milestones.flatMap(({ id, isRetired }, order) =>
    metricsIn(requirements[order]!).flatMap(requirement => {
      const { items } = requirement
      if (isRetired || !isItemList(items) || !hasTooFewItems(requirement, targetOf(requirement))) return []
      const { list } = items
      const itemCount = itemCountOf(items)
      const has = itemCount === 0 ? 'no items' : `fewer items (${itemCount}) than it takes`
      const message = `Nobody can reach "${id}" through the list "${list}", which has ${has}. Set its items with setItems.`
      return [{ type: 'list' as const, id, list, itemCount, users: { userCount: 0, examples: [] }, message }]
    }),
  )
}
