import type { Milestones } from './milestones.js'

/** Puts a user into a team. With null, the user leaves it. */
export async function setTeam(milestones: Milestones, userId: string, team: string | null): Promise<void> {
  await milestones.updateUserSettings(userId, { attributes: { team } })
}

export type TeamPlace = { rank: number; name: string; points: number; isYou: boolean }

/** Lists the members of a user's team by the points of this week, the best first. */
export async function teamBoard(
  milestones: Milestones,
  userId: string,
  namesOf: (userIds: string[]) => Promise<Map<string, string>>,
): Promise<TeamPlace[]> {
  const { attributes } = await milestones.getUserSettings(userId)
  if (attributes.team === undefined) return []
  const group = { attribute: 'team', value: attributes.team }
  const { entries } = await milestones.getLeaderboard({ group, period: 'week', limit: 20 })
  const names = await namesOf(entries.map(entry => entry.userId))
  return entries.map(entry => ({
    rank: entry.rank,
    name: names.get(entry.userId) ?? 'Somebody',
    points: entry.points,
    isYou: entry.userId === userId,
  }))
}
