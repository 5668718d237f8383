import type {
  Badge,
  ListedMilestone,
  MilestoneStatus,
  Rarity,
  RequirementOf,
  RequirementType,
  StreakPlace,
  UserProgress,
} from '../../src/index.js'

/** A milestone of a sample, with what its user has of it. */
export type SampleMilestone = {
  readonly id: string
  readonly title: string
  readonly icon: string
  readonly rarity: Rarity
  readonly points: number
  readonly requirement?: RequirementOf<RequirementType>
  readonly description?: string
  readonly current?: number
  readonly target?: number
  readonly earnedAt?: string
  readonly expiresAt?: string
  readonly isLocked?: boolean
  readonly status?: MilestoneStatus
  readonly streak?: StreakPlace
  /** Whether the catalog says nothing of it. */
  readonly isFound?: boolean
}

/** Describes it as the catalog does. */
export function listed({ id, title, icon, rarity, points, ...rest }: SampleMilestone): ListedMilestone {
  return {
    isHidden: false,
    id,
    title,
    description: rest.description ?? `What “${title}” is about.`,
    hint: '',
    text: `What “${title}” takes.`,
    icon,
    category: 'milestone',
    requirement: rest.requirement ?? { type: 'count', category: 'lesson', target: rest.target ?? 1 },
    reward: { badge: title, badgeIcon: icon, points, unlocks: [] },
    rarity,
    tier: null,
    repeatable: null,
    expiresAfter: null,
    limit: null,
    after: [],
    available: null,
    isRetired: false,
    onUndo: 'revoke',
    hidden: false,
  }
}

/** Makes the badge of it. */
export function badgeOf({
  id,
  title,
  icon,
  rarity,
  points,
  earnedAt = 0,
  expiresAt,
}: Omit<SampleMilestone, 'earnedAt'> & { readonly earnedAt?: string | number }): Badge {
  return {
    id,
    name: title,
    icon,
    description: '',
    category: 'milestone',
    rarity,
    points,
    unlocks: [],
    earnedAt: new Date(earnedAt),
    expiresAt: expiresAt ? new Date(expiresAt) : null,
    awardedBy: null,
    replaces: null,
  }
}

/** Says how far its user is. */
export function progressOf({
  id,
  current = 0,
  target = 1,
  earnedAt,
  expiresAt,
  isLocked = false,
  status,
  streak,
}: SampleMilestone): UserProgress['milestones'][number] {
  const isEarned = earnedAt !== undefined
  const reached = isEarned ? target : current
  return {
    isHidden: false,
    id,
    current: reached,
    target,
    ratio: reached / target,
    status: status ?? (isEarned ? 'earned' : isLocked ? 'locked' : 'open'),
    isEarned,
    ...(earnedAt && { earnedAt: new Date(earnedAt) }),
    ...(expiresAt && { expiresAt: new Date(expiresAt) }),
    timesEarned: isEarned ? 1 : 0,
    isLocked,
    ...(streak && { streak }),
  }
}

/** Makes a place on a leaderboard. */
export function placeOf(rank: number, userId: string): object {
  const points = 5200 - rank * 95
  return {
    rank,
    userId,
    points,
    level: Math.floor(points / 400),
    levelName: null,
    badgeCount: 9,
    reachedAt: '2026-05-01T00:00:00.000Z',
  }
}
