import type { Badge } from '../../core/awards/badge.js'
import { type CompiledCatalog, leavesOf, milestoneOf } from '../../core/awards/compile.js'
import { badgeIdParts, goalIdOf } from '../../core/catalog/badge-id.js'
import type { Catalog } from '../../core/catalog/catalog.js'
import { type Adjustment, badgesAfter } from '../recount/adjust.js'

/** A new badge for the same achievement as a badge whose id is no longer in the catalog. */
export type PaidAgain = { readonly id: string; readonly formerId: string }

/**
 * Finds badges that a user would get a second time: their requirement is of the same kind and held no later than the
 * former badge was earned.
 */
export function paidAgain(
  before: CompiledCatalog,
  after: CompiledCatalog,
  adjustment: Adjustment,
): readonly PaidAgain[] {
  const fresh = adjustment.gained.filter(({ id }) => !isBadgeOf(before.catalog, id))
  if (fresh.length === 0) return []
  const gone = badgesAfter(adjustment).filter(({ id }) => !isBadgeOf(after.catalog, id))
  return fresh.flatMap(badge => {
    const alike = gone.filter(
      former => badge.earnedAt <= former.earnedAt && isOfOneKind(before, after, { badge, former }),
    )
    // Only the nearest in time: among former tiers and times, later ones were for more.
    const nearest = Math.min(...alike.map(({ earnedAt }) => earnedAt.getTime()))
    return alike
      .filter(({ earnedAt }) => earnedAt.getTime() === nearest)
      .map(former => ({ id: badge.id, formerId: former.id }))
  })
}

type Pair = { readonly badge: Badge; readonly former: Badge }

function isOfOneKind(before: CompiledCatalog, after: CompiledCatalog, { badge, former }: Pair): boolean {
  if (badgeIdParts(badge.id).milestoneId === badgeIdParts(former.id).milestoneId) return true
  const kinds = kindsOf(after, badge.id)
  return [...kindsOf(before, former.id)].some(kind => kinds.has(kind))
}

// The metrics that are counted, or the fact that the requirement is about points, levels or certain badges.
function kindsOf(compiled: CompiledCatalog, badgeId: string): ReadonlySet<string> {
  const milestone = milestoneOf(compiled, badgeId)
  if (!milestone) return new Set()
  return new Set(
    leavesOf(milestone.goal).flatMap(leaf => {
      if (leaf.type === 'milestones') return leaf.ids.map(id => `milestone ${id}`)
      return leaf.type === 'metric' ? [`metric ${leaf.metric.name}`] : [leaf.type]
    }),
  )
}

/** Tells whether a catalog can award a badge with exactly this id. */
function isBadgeOf({ milestones }: Catalog, badgeId: string): boolean {
  const goal = milestones.find(({ id }) => id === goalIdOf(badgeId))
  return goal !== undefined && (goal.repeatable !== null) === (goal.id !== badgeId)
}
