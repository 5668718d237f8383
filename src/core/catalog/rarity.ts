/** How rare a badge is. */
export type Rarity = 'common' | 'rare' | 'epic' | 'legendary'
export const rarities = ['common', 'rare', 'epic', 'legendary'] as const satisfies readonly Rarity[]

/** Derives the rarity of a badge from its points: 100 and up legendary, 50 epic, 30 rare, else common. */
export function rarityFromPoints(points: number): Rarity {
  if (points >= 100) return 'legendary'
  if (points >= 50) return 'epic'
  return points >= 30 ? 'rare' : 'common'
}
