import type { NextStep } from '../../src/core/progress/next-step.js'
import type { Badge, ListedMilestone, UserProgress } from '../../src/index.js'
import { badgeOf, listed, placeOf, progressOf, type SampleMilestone } from './sample-milestone.js'

/** A name of 80 characters, as long as names should ever be. */
const longName = 'Read every chapter on generics, twice, and explained them to a friend afterwards'

const given: readonly SampleMilestone[] = [
  {
    id: 'first',
    title: 'First steps',
    icon: '🎯',
    rarity: 'common',
    points: 10,
    earnedAt: '2026-05-04T09:00:00.000Z',
    expiresAt: '2027-05-04T09:00:00.000Z',
  },
  { id: 'ten', title: 'Ten lessons', icon: '📚', rarity: 'rare', points: 30, current: 7, target: 10 },
  { id: 'quiz', title: 'Flawless', icon: '🏆', rarity: 'legendary', points: 100, earnedAt: '2026-05-30T18:00:00.000Z' },
  {
    id: 'week',
    title: 'Seven days in a row',
    icon: '🔥',
    rarity: 'rare',
    points: 40,
    current: 5,
    target: 7,
    requirement: { type: 'streak', category: 'lesson', every: 'day', target: 7 },
    streak: {
      ...{ current: 5, best: 12, endsAt: new Date('2026-06-02T00:00:00.000Z') },
      freezes: { held: 1, used: 2, nextIn: 3, usesAt: new Date('2026-06-01T00:00:00.000Z') },
    },
  },
  { id: 'all', title: 'All-round', icon: '🧭', rarity: 'epic', points: 50, isLocked: true, target: 2 },
  { id: 'long', title: longName, icon: '📖', rarity: 'rare', points: 30, earnedAt: '2026-06-01T11:20:00.000Z' },
  { id: 'write', title: 'Write a review', icon: '✍️', rarity: 'common', points: 5, target: 3 },
  {
    id: 'owl',
    title: 'Night owl',
    icon: '🦉',
    rarity: 'epic',
    points: 50,
    earnedAt: '2026-05-12T01:10:00.000Z',
    expiresAt: '2026-05-26T01:10:00.000Z',
    status: 'expired',
    isFound: true,
  },
]

/** What the catalog lists, and one milestone of which it says nothing yet. */
export const milestones: readonly ListedMilestone[] = [
  ...given.filter(({ isFound }) => !isFound).map(listed),
  { isHidden: true },
]

/** Where Ann stands. */
export const progress: UserProgress = {
  userId: 'ann',
  earnedBadges: given.filter(({ earnedAt }) => earnedAt).map(badgeOf),
  completedMilestones: given.filter(({ earnedAt }) => earnedAt).map(({ id }) => id),
  totalPoints: 1190,
  level: 4,
  levelName: 'Explorer',
  levelPoints: 1000,
  nextLevelPoints: 1500,
  unlocks: ['playground'],
  milestones: [...given.map(progressOf), { isHidden: true }],
  timeZone: 'Europe/Berlin',
  visibility: 'on',
}

/** Where somebody stands who has just come. */
export const newcomer: UserProgress = {
  ...progress,
  earnedBadges: [],
  completedMilestones: [],
  totalPoints: 0,
  level: 1,
  levelName: null,
  levelPoints: 0,
  nextLevelPoints: 100,
  milestones: [],
}

/** What brings some of it nearer; the server says it in the language asked for. */
export const next: readonly { readonly id: string; readonly step: NextStep }[] = [
  {
    id: 'ten',
    step: {
      type: 'complete',
      requirement: { type: 'count', category: 'lesson', target: 10 },
      ...{ current: 7, target: 10, remaining: 3, from: null, by: null },
    },
  },
  {
    id: 'week',
    step: {
      type: 'complete',
      requirement: { type: 'streak', category: 'lesson', every: 'day', target: 7 },
      ...{ current: 5, target: 7, remaining: 2, from: null, by: new Date('2026-06-03T00:00:00Z') },
    },
  },
]

/** The badge that Ann has just earned. */
export const freshBadge: Badge = badgeOf(given[2]!)

/** The first places; Ann is not among them. */
export const leaders = Array.from({ length: 5 }, (_, i) => placeOf(i + 1, i === 1 ? longName : `learner-${i + 1}`))
export const around = [placeOf(41, 'learner-41'), placeOf(42, 'ann'), placeOf(43, 'learner-43')]

/** The first places of a board by pages. */
export const boardLeaders = leaders.map((place, i) => ({ ...place, value: 90.5 - i }))

/** The season of that board. */
export const springTerm = { name: 'Spring term', from: '2026-03-01T00:00:00.000Z', until: '2026-08-01T00:00:00.000Z' }

/** The coins of Ann, who owes some. */
export const balance: Readonly<Record<string, number>> = { gem: 1250, star: -3 }

/** How many hold each badge. */
export const statistics = {
  milestones: given.map(({ id }, i) => ({ id, ofAll: { share: [0.61, 0.12, 0.004][i] ?? null } })),
}
