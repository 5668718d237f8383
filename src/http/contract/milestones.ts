import { z } from '@hono/zod-openapi'
import {
  atMost,
  badgeId,
  cursor,
  givenInstant,
  group,
  instant,
  limit,
  locale,
  next,
  rarity,
  userId,
  wholeNumber,
} from './fields.js'
import { requirement } from './next-steps.js'
import { dearWeight, operation } from './operation.js'
import { hidden } from './progress.js'

const anyUser = { scope: 'read', user: 'any' } as const
const window = z.object({ from: z.string().optional(), until: z.string().optional() })

const shownMilestone = z.object({
  isHidden: z.literal(false),
  id: z.string(),
  title: z.string(),
  description: z.string(),
  hint: z.string(),
  icon: z.string(),
  category: z.string(),
  requirement,
  text: z.string(),
  reward: z.object({
    badge: z.string(),
    badgeIcon: z.string(),
    points: z.int(),
    unlocks: z.array(z.string()),
  }),
  rarity,
  tier: z.nullable(
    z.object({ of: z.string(), key: z.string(), number: z.int(), count: z.int(), mode: z.enum(['join', 'replace']) }),
  ),
  repeatable: z.nullable(z.object({ cooldown: z.string().optional(), max: z.int().optional() })),
  after: z.array(z.string()),
  available: z.nullable(window),
  isRetired: z.boolean(),
  onUndo: z.enum(['revoke', 'keep']),
  hidden: z.union([z.boolean(), z.literal('until-earned')]),
})

const share = z.object({ count: z.int(), n: z.int(), share: z.nullable(z.number()) })

const statistics = z
  .object({
    id: z.string(),
    title: z.string(),
    holderCount: z.int(),
    ofAll: share,
    ofActive: share,
    ofEligible: share,
    timeToEarn: z.object({ medianMs: z.nullable(z.number()), n: z.int() }),
  })
  .openapi('MilestoneStatistics')

const entry = z
  .object({
    rank: z.int(),
    userId: z.string(),
    points: z.int(),
    level: z.int(),
    levelName: z.nullable(z.string()),
    badgeCount: z.int(),
    reachedAt: instant,
  })
  .openapi('LeaderboardEntry')

/** The windows of active users that any credential may ask for; each is counted for all who ask. */
const activeDayWindows: readonly number[] = [7, 30, 90, 365]

// Statistics are counted one at a time for all, so they take no other turn.
const counted = {
  turn: 'none',
  weight: dearWeight,
  query: z.strictObject({
    activeDays: wholeNumber(1, 36_500)
      .optional()
      .openapi({ description: `30 when left out. With a user’s token: ${activeDayWindows.join(', ')}` }),
  }),
  // Each window is counted apart, over all rows.
  restricted: {
    activeDays: {
      isRefused: (days: unknown) => days !== undefined && !activeDayWindows.includes(days as number),
      detail: `takes a server key, unless it is ${activeDayWindows.join(', ')}`,
    },
  },
} as const

/** What is about no user, or about all. */
export const milestoneOperations = {
  getAllMilestones: operation({
    method: 'get',
    path: '/v1/milestones',
    tag: 'Milestones',
    summary: 'List the milestones of the catalog',
    description: 'Each tier as one; hidden ones left out, or without anything said of them.',
    access: anyUser,
    isPaged: true,
    query: z.strictObject({ locale, limit, cursor }),
    answer: z.object({ milestones: z.array(z.union([shownMilestone, hidden])), next }),
  }),
  getMilestoneStatistics: operation({
    method: 'get',
    path: '/v1/milestones/{id}/statistics',
    tag: 'Milestones',
    summary: 'Count who holds a milestone',
    description: 'Up to a minute old; `asOf` says as of when the figures hold.',
    access: anyUser,
    ...counted,
    params: z.strictObject({ id: badgeId }),
    answer: z.object({ asOf: instant, milestones: z.array(statistics) }),
    refusals: ['MILESTONE_NOT_FOUND'],
  }),
  listMilestoneStatistics: operation({
    method: 'get',
    path: '/v1/statistics',
    tag: 'Milestones',
    summary: 'Count who holds each milestone',
    description:
      'All that are not hidden, in the order of the catalog. Up to a minute old; `asOf` says as of when the figures hold.',
    access: anyUser,
    ...counted,
    answer: z.object({ asOf: instant, milestones: z.array(statistics) }),
  }),
  getLeaderboard: operation({
    method: 'get',
    path: '/v1/leaderboard',
    tag: 'Milestones',
    summary: 'Read a page of the leaderboard',
    access: { scope: 'read', user: 'when-allowed' },
    weight: dearWeight,
    isPaged: true,
    query: z.strictObject({
      period: z.enum(['week', 'month']).optional().openapi({ description: 'All points where left out' }),
      at: givenInstant
        .optional()
        .openapi({ description: 'An instant in the week or month, together with `period`; now where left out' }),
      group: group.optional(),
      around: userId.optional().openapi({ description: 'A user to show with those around; not with `cursor`' }),
      limit: atMost.openapi({ description: 'How many at most. Default: 10' }),
      cursor,
    }),
    answer: z.object({ entries: z.array(entry), next }),
  }),
} as const
