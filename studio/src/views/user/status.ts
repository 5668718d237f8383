import type { Answered } from '../../api.js'

type Progress = Answered<'getUserProgress'>
export type ShownProgress = Extract<Progress['milestones'][number], { isHidden: false }>

/** Where a milestone stands for a user. */
export type Status = ShownProgress['status']

/** The word for each status, and what it means. */
export const statusWords: Readonly<Record<Status, readonly [word: string, meaning: string]>> = {
  retired: ['Retired', 'Nobody earns it any more'],
  earned: ['Earned', 'The badge is held'],
  revoked: ['Revoked', 'Its badge was taken manually, and is not awarded again'],
  over: ['Over', 'The time in which it was available has passed'],
  upcoming: ['Upcoming', 'It is not available yet'],
  locked: ['Locked', 'Badges that must be held as well are missing'],
  open: ['Open', 'It can be earned now'],
}

/** Tells whether there is anything left to earn: of the rest, how far they are says nothing. */
export function isStillEarned(status: Status): boolean {
  return status === 'open' || status === 'locked' || status === 'upcoming'
}

/** Finds the progress of a milestone; undefined where the user may not see it. */
export function progressIn(progress: Progress | undefined, id: string): ShownProgress | undefined {
  return progress?.milestones.find((each): each is ShownProgress => !each.isHidden && each.id === id)
}
