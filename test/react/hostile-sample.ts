import type { Badge, ListedMilestone, UserProgress } from '../../src/index.js'
import { hostileStrings } from '../support/hostile-strings.js'
import { progress as ordinary } from './sample.js'
import { explanation as ordinaryExplanation } from './sample-explanation.js'

const earnedAt = new Date('2026-05-04T09:00:00.000Z')
/** Those that the gallery shows one by one come first. */
const shownIds = ['ten', 'long', 'first', 'write', 'week', 'all']
const idOf = (place: number): string => shownIds[place] ?? `m${place}`

/** Milestones whose titles, descriptions, badges and icons are hostile. */
export const milestones: readonly ListedMilestone[] = hostileStrings.map((text, i) => ({
  isHidden: false,
  id: idOf(i),
  title: text,
  description: text,
  hint: text,
  text,
  icon: text,
  category: text,
  requirement: { type: 'count', category: text, target: 1 },
  reward: { badge: text, badgeIcon: text, points: 1, unlocks: [] },
  rarity: 'common',
  tier: null,
  repeatable: null,
  expiresAfter: null,
  limit: null,
  after: [],
  available: null,
  isRetired: false,
  onUndo: 'revoke',
  hidden: false,
}))

/** A user who holds every second one. */
export const progress: UserProgress = {
  ...ordinary,
  levelName: hostileStrings[0]!,
  earnedBadges: hostileStrings.flatMap((text, i) => (i % 2 ? [] : [badgeOf(text, i)])),
  milestones: hostileStrings.map((_, i) => {
    const isEarned = i % 2 === 0
    return {
      isHidden: false,
      id: idOf(i),
      current: 0,
      target: 1,
      ratio: 0,
      status: 'open',
      isEarned,
      timesEarned: 0,
      isLocked: false,
    }
  }),
}

/** A badge with a hostile name, and a hostile image as its icon. */
export const badge = {
  ...badgeOf(hostileStrings[8]!, 8),
  icon: `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
}

/** Why a badge is missing, in hostile words. */
export const explanation = {
  ...ordinaryExplanation,
  milestone: { ...ordinaryExplanation.milestone, title: hostileStrings[8]! },
  manualDecision: { ...ordinaryExplanation.manualDecision, reason: hostileStrings[0]! },
  requirement: {
    ...ordinaryExplanation.requirement,
    parts: hostileStrings.map(text => ({
      ...ordinaryExplanation.requirement.parts[1]!,
      requirement: { type: 'best', category: text, property: text },
      text,
    })),
  },
}

/** Next steps in hostile words. */
export const next = shownIds.map(id => ({ id, text: hostileStrings[8]! }))

/** Places of users with hostile names. */
export const leaders = hostileStrings.map((userId, i) => ({
  rank: i + 1,
  userId,
  points: 100 - i,
  level: 1,
  levelName: userId,
  badgeCount: 1,
  reachedAt: earnedAt,
}))

/** Coins with hostile names. */
export const balance = Object.fromEntries(hostileStrings.map(text => [text, 2]))

function badgeOf(text: string, place: number): Badge {
  const texts = { name: text, icon: text, description: text, category: text }
  return {
    id: idOf(place),
    ...texts,
    rarity: 'epic',
    points: 1,
    unlocks: [],
    earnedAt,
    expiresAt: null,
    awardedBy: null,
    replaces: null,
  }
}
