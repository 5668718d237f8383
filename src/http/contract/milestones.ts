import { z } from '@hono/zod-openapi'
import { coinsGiven } from './badge.js'
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
  orNull,
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
    coins: coinsGiven,
    unlocks: z.array(z.string()),
  }),
  rarity,
  tier: z.nullable(
    z.object({ of: z.string(), key: z.string(), number: z.int(), count: z.int(), mode: z.enum(['join', 'replace']) }),
  ),
  repeatable: z.nullable(z.object({ cooldown: z.string().optional(), max: z.int().optional() })),
  expiresAfter: z.nullable(z.string()),
  limit: z.nullable(z.int()),
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
    value: z.number().optional().openapi({ description: 'What a board ranks by. Only with `board`' }),
    level: z.int(),
    levelName: z.nullable(z.string()),
    badgeCount: z.int(),
    reachedAt: instant,
  })
  .openapi('LeaderboardEntry')

const boardPeriod = z.object({ from: instant, until: instant, name: z.nullable(z.string()) }).openapi('BoardPeriod')

const leaderboardQuery = {
  board: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'A board of the catalog. Default: points', example: 'weekly-km' }),
  period: z.enum(['week', 'month']).optional().openapi({ description: 'Only without `board`. Default: all points' }),
  at: givenInstant.optional().openapi({
    description: 'An instant in the week, the month, or the period or season of the board. Default: now',
  }),
  around: userId
    .optional()
    .openapi({ description: 'Lists the entries around this user. Cannot be combined with `cursor`' }),
  cursor,
} as const

const leaderboard = {
  tag: 'Milestones',
  access: { scope: 'read', user: 'when-allowed' },
  weight: dearWeight,
  isPaged: true,
  answer: z.object({
    entries: z.array(entry),
    next,
    period: orNull(boardPeriod)
      .optional()
      .openapi({ description: 'Only with `board`: its period or season, if it has one now' }),
  }),
} as const

/** The windows of active users that any credential may ask for; each is counted for all who ask. */
const activeDayWindows: readonly number[] = [7, 30, 90, 365]

// Statistics are counted one at a time for all, so they take no other turn.
const counted = {
  turn: 'none',
  weight: dearWeight,
  query: z.strictObject({
    activeDays: wholeNumber(1, 36_500)
      .optional()
      .openapi({ description: `Default: 30. With a user’s token: ${activeDayWindows.join(', ')}` }),
  }),
  // Each window is counted separately, over all rows.
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
    description: 'Each tier is listed separately. Hidden milestones are omitted, or listed without details.',
    access: anyUser,
    isPaged: true,
    query: z.strictObject({ locale, limit, cursor }),
    answer: z.object({ milestones: z.array(z.union([shownMilestone, hidden])), next }),
  }),
  getMilestoneStatistics: operation({
    method: 'get',
    path: '/v1/milestones/{id}/statistics',
    tag: 'Milestones',
    summary: 'Count the users who have a milestone',
    description: 'Up to a minute old. `asOf` is the time of the figures.',
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
    summary: 'Count the users who have each milestone',
    description:
      'All milestones that are not hidden, in the order of the catalog. Up to a minute old. `asOf` is the time of the figures.',
    access: anyUser,
    ...counted,
    answer: z.object({ asOf: instant, milestones: z.array(statistics) }),
  }),
  getLeaderboard: operation({
    method: 'get',
    path: '/v1/leaderboard',
    summary: 'Read a page of the leaderboard, or of a board of the catalog',
    ...leaderboard,
    query: z.strictObject({
      ...leaderboardQuery,
      group: group.optional(),
      limit: atMost.openapi({ description: 'The maximum number of entries. Default: 10' }),
    }),
  }),
  getLeaderboardAmong: operation({
    method: 'post',
    path: '/v1/leaderboard',
    summary: 'Read a page of a leaderboard of certain users',
    description: 'As `getLeaderboard`, of these users among themselves. Changes nothing.',
    ...leaderboard,
    turn: 'read',
    limits: { bytes: 512 * 1024 },
    body: z.strictObject({
      userIds: z.array(userId).max(1_000),
      ...leaderboardQuery,
      limit: z.int().min(1).max(100).optional().openapi({ description: 'The maximum number of entries. Default: 10' }),
    }),
    example: { userIds: ['ann', 'bob'], board: 'weekly-km' },
  }),
} as const
