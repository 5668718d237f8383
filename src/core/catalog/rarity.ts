/** How rare a badge is. */
export type Rarity = 'common' | 'rare' | 'epic' | 'legendary'
export const rarities = ['common', 'rare', 'epic', 'legendary'] as const satisfies readonly Rarity[]

/** Returns the rarity of a badge by its points: 100 and up legendary, 50 epic, 30 rare, otherwise common. */
export function rarityFromPoints(points: number): Rarity {
  if (points >= 100) return 'legendary'
  if (points >= 50) return 'epic'
  return points >= 30 ? 'rare' : 'common'
}
