import type { Milestone } from '../catalog/milestone.js'
import type { FormerIds } from './former-ids.js'

/** How many users can have a badge. `names`: its id and its former ones, under which users may hold it. */
export type BadgeLimit = { readonly limit: number; readonly names: readonly string[] }

/** Limits by badge id. */
export type BadgeLimits = ReadonlyMap<string, BadgeLimit>

/** Lists the badges that only so many users can have. */
export function badgeLimitsOf(
  milestones: readonly { readonly milestone: Pick<Milestone, 'id' | 'limit' | 'tier'> }[],
  formerIds: FormerIds,
): BadgeLimits {
  return new Map(
    milestones.flatMap(({ milestone: { id, limit, tier } }) => {
      if (limit === null) return []
      const former = [...formerIds].flatMap(([from, to]) => {
        if (to === id) return [from]
        return tier && to === tier.of ? [`${from}#${tier.key}`] : []
      })
      return [[id, { limit, names: [id, ...former] }] as const]
    }),
  )
}
