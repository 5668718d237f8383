export const rarities = ['common', 'rare', 'epic', 'legendary'] as const
export type Rarity = (typeof rarities)[number]

/** Derives the rarity of a badge from its points: 100 and up legendary, 50 epic, 30 rare, else common. */
export function rarityFromPoints(points: number): Rarity {
  if (points >= 100) return 'legendary'
  if (points >= 50) return 'epic'
  return points >= 30 ? 'rare' : 'common'
}
