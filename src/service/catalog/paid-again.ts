import type { Badge } from '../../core/awards/badge.js'
import { type CompiledCatalog, leavesOf, milestoneOf } from '../../core/awards/compile.js'
import { badgeIdParts, goalIdOf } from '../../core/catalog/badge-id.js'
import type { Catalog } from '../../core/catalog/catalog.js'
import { type Adjustment, badgesAfter } from '../recount/adjust.js'

/** A badge that comes for what another one, of an id that is gone, was given for. */
export type PaidAgain = { readonly id: string; readonly formerId: string }

/** Finds what a user would get once more: by a requirement of the same kind that held no later than the former badge was earned. */
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
    // The nearest: of former tiers and times, the later ones were for more.
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

// What is counted, or that it is about points, levels or certain badges.
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

/** Tells whether a catalog can give a badge of this very id. */
function isBadgeOf({ milestones }: Catalog, badgeId: string): boolean {
  const goal = milestones.find(({ id }) => id === goalIdOf(badgeId))
  return goal !== undefined && (goal.repeatable !== null) === (goal.id !== badgeId)
}
