import type { Answered } from '../../api.js'

type Progress = Answered<'getUserProgress'>
export type ShownProgress = Extract<Progress['milestones'][number], { isHidden: false }>

/** The status of a milestone for a user. */
export type Status = ShownProgress['status']

/** The word for each status, and what it means. */
export const statusWords: Readonly<Record<Status, readonly [word: string, meaning: string]>> = {
  retired: ['Retired', 'No longer awarded'],
  earned: ['Earned', 'The user has the badge'],
  expired: ['Expired', 'The user has the badge, but it is no longer valid and unlocks nothing'],
  revoked: ['Revoked', 'The badge was revoked manually and is not awarded again'],
  over: ['Over', 'No longer available'],
  full: ['All given', 'As many users have the badge as its limit allows'],
  upcoming: ['Upcoming', 'Not available yet'],
  locked: ['Locked', 'Other badges are needed first'],
  open: ['Open', 'It can be earned now'],
}

/** Returns whether there is something left to earn. Otherwise progress means nothing. */
export function isStillEarned(status: Status): boolean {
  return status === 'open' || status === 'locked' || status === 'upcoming'
}

/** Finds the progress of a milestone; undefined where the user may not see it. */
export function progressIn(progress: Progress | undefined, id: string): ShownProgress | undefined {
  return progress?.milestones.find((each): each is ShownProgress => !each.isHidden && each.id === id)
}
