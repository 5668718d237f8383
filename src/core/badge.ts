import type { Milestone } from './catalog.js'
import { rewardPointsLimit } from './catalog-schema.js'
import type { Metadata } from './metadata.js'
import { type Rarity, rarities, rarityFromPoints } from './rarity.js'

/** The completion whose recording brought a badge. */
export type AwardedBy = { readonly category: string; readonly itemKey: string }

/** What a user holds for a milestone, as it was when awarded: a catalog that changes later does not change it. */
export type Badge<Id extends string = string, Unlock extends string = string> = {
  /** The milestone's id. */
  readonly id: Id
  readonly name: string
  readonly icon: string | null
  readonly description: string
  readonly rarity: Rarity
  readonly points: number
  readonly unlocks: readonly Unlock[]
  /** When, by the completions then stored, the requirement first held; not when it was noticed. */
  readonly earnedAt: Date
  /** Null where no recording brought it: found by `checkAndAwardMilestones`, or inserted by the host. */
  readonly awardedBy: AwardedBy | null
}

/** A badge as a row of `user_progress`. */
export type BadgeRow = { readonly itemKey: string; readonly metadata: Metadata; readonly completedAt: Date }

/** Writes the metadata of a badge's row, in the keys that hand-made services use. */
export function badgeMetadata(milestone: Milestone, awardedBy: AwardedBy | null): Metadata {
  const { badge, badgeIcon, points, unlocks } = milestone.reward
  const { description, rarity } = milestone
  return { badge, badgeIcon, description, rarity, points, unlocks, ...(awardedBy ? { awardedBy } : {}) }
}

/** Reads a badge's row. What a host's own row lacks is filled in: the id as name, no points, no unlocks. */
export function badgeFromRow({ itemKey, metadata, completedAt }: BadgeRow): Badge {
  const points = pointsIn(metadata)
  return {
    id: itemKey,
    name: textIn(metadata, 'badge') ?? itemKey,
    icon: textIn(metadata, 'badgeIcon') ?? null,
    description: textIn(metadata, 'description') ?? '',
    rarity: rarities.find(rarity => rarity === metadata.rarity) ?? rarityFromPoints(points),
    points,
    unlocks: Array.isArray(metadata.unlocks) ? metadata.unlocks.filter(unlock => typeof unlock === 'string') : [],
    earnedAt: completedAt,
    awardedBy: awardedByIn(metadata),
  }
}

// A host's row may hold anything here; only what a reward could hold counts.
function pointsIn(metadata: Metadata): number {
  const { points } = metadata
  return typeof points === 'number' && Number.isInteger(points) && points > 0 && points <= rewardPointsLimit
    ? points
    : 0
}

function textIn(metadata: Metadata, key: string): string | undefined {
  const value = metadata[key]
  return typeof value === 'string' ? value : undefined
}

function awardedByIn(metadata: Metadata): AwardedBy | null {
  const by = metadata.awardedBy as Partial<AwardedBy> | null | undefined
  if (typeof by?.category !== 'string' || typeof by.itemKey !== 'string') return null
  return { category: by.category, itemKey: by.itemKey }
}
