import { badgeFromRow, fillingOf } from '../../core/awards/badge.js'
import type { CompiledCatalog } from '../../core/awards/compile.js'
import { badgeIdParts, goalIdOf } from '../../core/catalog/badge-id.js'
import type { BadgeRewrite } from '../../store/progress/decisions.js'
import type { Holdings } from '../../store/progress/holdings.js'
import type { CountingContext } from '../context/context.js'
import type { NamedHoldings } from '../context/former-badges.js'

/** What must be added to the badges of a user, and the ids of incomplete badges that the catalog does not know. */
export type Filling = { readonly fills: readonly BadgeRewrite[]; readonly unknownIds: readonly string[] }

export const nothingToFill: Filling = { fills: [], unknownIds: [] }

type FilledHoldings = NamedHoldings & { readonly filling: ReadonlyMap<string, Filling> }

/**
 * Fills in content from the catalog for badge rows that the host inserted itself or that were imported. Costs nothing
 * if no badge is incomplete.
 */
export function withFilledBadges(context: FillContext, named: NamedHoldings): FilledHoldings {
  const filling = new Map<string, Filling>()
  const holdings = new Map(named.holdings)
  for (const [userId, own] of named.holdings) {
    if (own.lacking.size === 0) continue
    const { badges, ...found } = filled(context, userId, own)
    holdings.set(userId, { ...own, badges })
    filling.set(userId, found)
  }
  return { ...named, holdings: filling.size === 0 ? named.holdings : holdings, filling }
}

type FillContext = Pick<CountingContext, 'compiled'> & { readonly locale: string | undefined }

function filled({ compiled, locale }: FillContext, userId: string, own: Holdings): Filling & Pick<Holdings, 'badges'> {
  const fills: BadgeRewrite[] = []
  const unknownIds: string[] = []
  const badges = own.badges.map(badge => {
    const { id: badgeId, earnedAt: completedAt } = badge
    const lack = own.lacking.get(badgeId)
    if (!lack) return badge
    const content = compiled.badgeContentById.get(goalIdOf(badgeId))
    if (!content) unknownIds.push(badgeId)
    const metadata = content ? fillingOf(lack.lacking, content) : {}
    if (Object.keys(metadata).length === 0) return badge
    fills.push({ userId, badgeId, changes: metadata })
    return badgeFromRow({ itemKey: badgeId, metadata: { ...lack.metadata, ...metadata }, completedAt }, locale)
  })
  return { badges, fills, unknownIds }
}

/** Tells whether a catalog knows a badge, by its current id or a former one. */
export function isKnownBadge({ badgeContentById, formerIds }: CompiledCatalog, badgeId: string): boolean {
  const names = [badgeId, goalIdOf(badgeId), badgeIdParts(badgeId).milestoneId]
  return badgeContentById.has(goalIdOf(badgeId)) || names.some(name => formerIds.has(name))
}
