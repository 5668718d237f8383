// The types and the service of an app that keeps its milestones itself: the plainest code that does it, in memory.

export type Badge = {
  id: string
  name: string
  description: string
  icon: string
  category: string
  rarity: 'common' | 'rare' | 'epic' | 'legendary'
  earnedAt?: Date
}

export type UserMilestoneProgress = {
  userId: string
  earnedBadges: Badge[]
  completedMilestones: string[]
  totalPoints: number
  level: number
  nextLevelPoints: number
}

export type Milestone = {
  id: string
  title: string
  description: string
  icon: string
  category: string
  requirement: {
    type: 'tutorials_completed' | 'steps_completed' | 'quiz_perfect' | 'workflows_completed' | 'actions_completed'
    count?: number
    tutorialIds?: string[]
    workflowIds?: string[]
    minScore?: number
  }
  reward: { badge: string; badgeIcon: string; unlocks?: string[]; points?: number }
}

export interface MilestoneService {
  checkAndAwardMilestones(userId: string): Promise<Badge[]>
  getUserProgress(userId: string): Promise<UserMilestoneProgress>
  getUserBadges(userId: string): Promise<Badge[]>
  getAllMilestones(): Milestone[]
}

/** What the app writes down when a user has done something. */
export type Done = {
  userId: string
  category: 'tutorial' | 'tutorial_step' | 'quiz' | 'workflow' | 'action'
  itemKey: string
  metadata?: { quizScore?: number }
  completedAt: Date
}

type Store = { done: Done[]; badges: Map<string, Badge[]> }

/** Keeps everything in memory, and looks through all of it each time. */
export function handWrittenService(
  milestones: Milestone[],
): MilestoneService & { complete: (done: Done) => Promise<void> } {
  const store: Store = { done: [], badges: new Map() }
  const badgesOf = (userId: string): Badge[] => store.badges.get(userId) ?? []
  return {
    complete: async done => {
      const isKnown = store.done.some(
        each => each.userId === done.userId && each.category === done.category && each.itemKey === done.itemKey,
      )
      if (!isKnown) store.done.push(done)
    },
    checkAndAwardMilestones: async userId => {
      const held = new Set(badgesOf(userId).map(({ id }) => id))
      const earned = milestones.flatMap(milestone => {
        const earnedAt = held.has(milestone.id) ? undefined : metAt(milestone, doneBy(store, userId))
        return earnedAt ? [badgeOf(milestone, earnedAt)] : []
      })
      earned.sort((a, b) => a.earnedAt!.getTime() - b.earnedAt!.getTime())
      store.badges.set(userId, [...badgesOf(userId), ...earned])
      return [...earned]
    },
    getUserProgress: async userId => {
      const earnedBadges = badgesOf(userId)
      const completedMilestones = earnedBadges.map(({ id }) => id)
      const isHeld = ({ id }: Milestone): boolean => completedMilestones.includes(id)
      const totalPoints = milestones.filter(isHeld).reduce((sum, { reward }) => sum + (reward.points ?? 0), 0)
      const level = Math.floor(totalPoints / 100) + 1
      return {
        userId,
        earnedBadges: [...earnedBadges],
        completedMilestones,
        totalPoints,
        level,
        nextLevelPoints: level * 100,
      }
    },
    getUserBadges: async userId => [...badgesOf(userId)],
    getAllMilestones: () => structuredClone(milestones),
  }
}

function doneBy({ done }: Store, userId: string): Done[] {
  return done.filter(each => each.userId === userId).sort((a, b) => a.completedAt.getTime() - b.completedAt.getTime())
}

function badgeOf({ id, description, category, reward }: Milestone, earnedAt: Date): Badge {
  const points = reward.points ?? 0
  const rarity = points >= 100 ? 'legendary' : points >= 50 ? 'epic' : points >= 30 ? 'rare' : 'common'
  return { id, name: reward.badge, description, icon: reward.badgeIcon, category, rarity, earnedAt }
}

function metAt({ requirement }: Milestone, done: Done[]): Date | undefined {
  const { count, tutorialIds, workflowIds, minScore = 100 } = requirement
  const of = (category: Done['category']): Done[] => done.filter(each => each.category === category)
  const allOf = (ids: string[], found: Done[]): Date | undefined => {
    const times = ids.map(id => found.find(({ itemKey }) => itemKey === id)?.completedAt)
    return times.includes(undefined) ? undefined : new Date(Math.max(...times.map(time => time!.getTime())))
  }
  switch (requirement.type) {
    case 'tutorials_completed':
      return tutorialIds ? allOf(tutorialIds, of('tutorial')) : of('tutorial')[count! - 1]?.completedAt
    case 'steps_completed':
      return of('tutorial_step')[count! - 1]?.completedAt
    case 'quiz_perfect':
      return [...of('tutorial_step'), ...of('quiz')]
        .filter(({ metadata }) => (metadata?.quizScore ?? -1) >= minScore)
        .sort((a, b) => a.completedAt.getTime() - b.completedAt.getTime())[0]?.completedAt
    case 'workflows_completed':
      return workflowIds ? allOf(workflowIds, of('workflow')) : of('workflow')[count! - 1]?.completedAt
    case 'actions_completed':
      return of('action')[count! - 1]?.completedAt
  }
}
