import type { ReactNode } from 'react'
import type { ExplainedNode } from '../core/explain/explanation.js'
import type { NextMilestone } from '../core/progress/what-next.js'

/** One part of an explained requirement. */
export type ExplainedPart = ExplainedNode

/** Every text that the components show. Numbers come written in the locale, with the number itself where a word may depend on it. */
export type Texts = {
  /** The language of these texts (BCP 47). Numbers, dates and the server's sentences are in it too. */
  readonly language: string
  readonly rarity: Readonly<Record<'common' | 'rare' | 'epic' | 'legendary', string>>
  readonly hidden: string
  readonly locked: string
  readonly upcoming: string
  readonly over: string
  readonly full: string
  readonly revoked: string
  readonly earned: (when: ReactNode) => ReactNode
  readonly expires: (when: ReactNode) => ReactNode
  readonly expired: (when: ReactNode) => ReactNode
  readonly ofTarget: (current: string, target: string) => string
  /** The same for a value that has to fall, such as a lap time. */
  readonly aboveTarget: (current: string, target: string) => string
  readonly earnedBy: (share: string) => string
  readonly points: (count: number, written: string) => string
  readonly level: (level: string, name: string | null) => string
  readonly toNextLevel: (points: string, level: string) => string
  readonly highestLevel: string
  readonly inARow: (count: number, unit: 'day' | 'week' | 'month') => string
  readonly bestStreak: (written: string) => string
  readonly streakEnds: (when: ReactNode) => ReactNode
  readonly noStreak: string
  /** How many streak freezes the user has left and has used in the current streak. */
  readonly freezes: (left: string, used: string) => string
  /** After how many more days, weeks or months the user earns the next freeze. */
  readonly nextFreeze: (written: string) => string
  readonly done: (done: string, all: string) => string
  readonly allDone: string
  readonly isDone: string
  readonly isOpen: string
  readonly rank: string
  readonly user: string
  readonly pointsHead: string
  readonly levelHead: string
  readonly you: string
  /** The label of the choice between leaderboards. */
  readonly board: string
  /** Next to coins below 0. */
  readonly debt: string
  readonly newBadges: (count: number, written: string) => string
  readonly plusPoints: (written: string) => string
  readonly newLevel: (level: string, name: string | null) => string
  readonly dismiss: string
  readonly whyNot: string
  readonly revokedBecause: (reason: string) => string
  readonly nextStep: string
  /** What to do next. Default: the server's sentence (`text`), which is in `language`. */
  readonly next: (next: NextMilestone) => string
  /** What a part of a requirement asks for and how far the user is. Default: the server's sentence (`text`). */
  readonly part: (part: ExplainedPart) => string
  readonly loading: string
  readonly noBadges: string
  readonly noMilestone: string
  readonly noLeaders: string
  readonly failed: string
  readonly retry: string
  readonly offline: string
  readonly offlineEmpty: string
}

/** The texts in English. */
export const english: Texts = {
  language: 'en',
  rarity: { common: 'Common', rare: 'Rare', epic: 'Epic', legendary: 'Legendary' },
  hidden: 'Hidden badge',
  locked: 'Locked',
  upcoming: 'Not yet available',
  over: 'No longer available',
  full: 'All given',
  revoked: 'Revoked',
  earned: when => <>Earned {when}</>,
  expires: when => <>Expires {when}</>,
  expired: when => <>Expired {when}</>,
  ofTarget: (current, target) => `${current} of ${target}`,
  aboveTarget: (current, target) => `${current}, target ${target}`,
  earnedBy: share => `Earned by ${share}`,
  points: (count, written) => `${written} ${count === 1 ? 'point' : 'points'}`,
  level: (level, name) => `Level ${level}${name ? `: ${name}` : ''}`,
  toNextLevel: (points, level) => `${points} to level ${level}`,
  highestLevel: 'Highest level',
  inARow: (count, unit) => `${unit}${count === 1 ? '' : 's'} in a row`,
  bestStreak: written => `Best: ${written}`,
  streakEnds: when => <>Ends {when} unless you continue</>,
  noStreak: 'No current streak. One step starts one.',
  freezes: (left, used) => `Freezes: ${left} left, ${used} used`,
  nextFreeze: written => `Next freeze: ${written} more`,
  done: (done, all) => `You have finished ${done} of ${all}`,
  allDone: 'All finished',
  isDone: 'done',
  isOpen: 'to do',
  rank: 'Rank',
  user: 'Name',
  pointsHead: 'Points',
  levelHead: 'Level',
  you: 'You',
  board: 'Leaderboard',
  debt: 'What you earn next pays this debt.',
  newBadges: (count, written) => (count === 1 ? 'New badge!' : `${written} new badges`),
  plusPoints: written => `+${written}`,
  newLevel: (level, name) => `You are now level ${level}${name ? `: ${name}` : ''}`,
  dismiss: 'Close',
  whyNot: 'Not earned yet. What it takes:',
  revokedBecause: reason => `Revoked: ${reason}`,
  nextStep: 'Next step',
  next: ({ text }) => text,
  part: ({ text }) => text,
  loading: 'Loading',
  noBadges: 'No badges yet. Finish a step to earn one.',
  noMilestone: 'This milestone is missing or hidden.',
  noLeaders: 'No points yet.',
  failed: 'This did not load.',
  retry: 'Try again',
  offline: 'You are offline. This may be out of date.',
  offlineEmpty: 'You are offline. This will load later.',
}
