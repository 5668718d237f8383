import type { NetworkSample } from '../../../test/react/network.js'
import { explanation } from '../../../test/react/sample-explanation.js'
import { badgeOf, listed, placeOf, progressOf, type SampleMilestone } from '../../../test/react/sample-milestone.js'

const now = new Date()
const day = 86_400_000
const daysAgo = (days: number): string => new Date(now.getTime() - days * day).toISOString()
const endOfTomorrow = new Date(new Date(now.getTime() + 2 * day).setHours(0, 0, 0, 0))

const given: readonly SampleMilestone[] = [
  {
    id: 'first',
    title: 'First steps',
    description: 'Finish your first lesson.',
    icon: '🎯',
    rarity: 'common',
    points: 10,
    earnedAt: daysAgo(31),
  },
  {
    id: 'ten',
    title: 'Ten lessons',
    description: 'Finish ten lessons.',
    icon: '📚',
    rarity: 'rare',
    points: 30,
    current: 7,
    target: 10,
  },
  {
    id: 'quiz',
    title: 'Flawless',
    description: 'Answer every question of a quiz.',
    icon: '🏆',
    rarity: 'legendary',
    points: 100,
    earnedAt: daysAgo(2),
  },
  {
    id: 'week',
    title: 'Seven days in a row',
    description: 'Finish a lesson on seven days in a row.',
    icon: '🔥',
    rarity: 'rare',
    points: 40,
    current: 5,
    target: 7,
    requirement: { type: 'streak', category: 'lesson', every: 'day', target: 7 },
    streak: { current: 5, best: 12, endsAt: endOfTomorrow },
  },
  {
    id: 'all',
    title: 'All-round',
    description: 'Learn, practise and keep at it.',
    icon: '🧭',
    rarity: 'epic',
    points: 50,
    isLocked: true,
    target: 4,
  },
  {
    id: 'write',
    title: 'Reviewer',
    description: 'Write three reviews.',
    icon: '✍️',
    rarity: 'common',
    points: 5,
    target: 3,
  },
  {
    id: 'owl',
    title: 'Night owl',
    description: 'Finish a lesson after midnight.',
    icon: '🦉',
    rarity: 'epic',
    points: 50,
    earnedAt: daysAgo(12),
  },
]
const earned = given.filter(({ earnedAt }) => earnedAt !== undefined)
const isHidden = { isHidden: true } as const

const leaders = ['Mira', 'Jonas', 'Aiko', 'Samuel', 'Leila'].map((name, i) => placeOf(i + 1, name))

/** What the server of the gallery answers: a course, and Ann who has been learning there for a month. Its dates move with today. */
export const sample: NetworkSample = {
  now,
  milestones: [...given.map(listed), isHidden],
  progress: {
    userId: 'ann',
    earnedBadges: earned.map(badgeOf),
    completedMilestones: earned.map(({ id }) => id),
    totalPoints: 1190,
    level: 4,
    levelName: 'Explorer',
    levelPoints: 1000,
    nextLevelPoints: 1500,
    unlocks: ['playground'],
    milestones: [...given.map(progressOf), isHidden],
    timeZone: 'UTC',
    visibility: 'on',
  },
  next: [
    {
      id: 'ten',
      step: {
        type: 'complete',
        requirement: { type: 'count', category: 'lesson', target: 10 },
        ...{ current: 7, target: 10, remaining: 3, from: null, by: null },
      },
    },
  ],
  freshBadge: badgeOf(given[2]!),
  leaders,
  boardLeaders: leaders.map((place, i) => ({ ...place, value: 320 - 17 * i })),
  balance: { gems: 42 },
  around: [placeOf(41, 'Pavel'), placeOf(42, 'ann'), placeOf(43, 'Chidi')],
  statistics: {
    milestones: given.map(({ id }, i) => ({
      id,
      ofAll: { share: [0.61, 0.12, 0.004, 0.2, 0.03, 0.34, 0.05][i] ?? null },
    })),
  },
  explanation: { ...explanation, ...{ status: 'locked', manualDecision: null } },
}
