import { z } from '@hono/zod-openapi'
import { badges, completionKey } from './badge.js'
import { currency } from './coins.js'
import { badgeId, cursor, instant, limit, next, nullableInstant, userId, userParams, visibility } from './fields.js'
import { operation } from './operation.js'
import { pauseBound } from './pauses.js'

const common = { tag: 'Studio', access: { scope: 'admin' } } as const
const page = z.strictObject({ limit, cursor })

const summary = z
  .object({
    userId: z.string(),
    points: z.number(),
    badgeCount: z.int(),
    reachedAt: nullableInstant,
    visibility,
    mergedInto: z.nullable(z.string()).openapi({ description: 'The user that it is now, if it is a former id' }),
  })
  .openapi('UserSummary')

const timelineEntry = z
  .object({
    kind: z.enum(['completion', 'badge']),
    category: z.string(),
    itemKey: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    completedAt: instant,
    recordedAt: instant,
  })
  .openapi('TimelineEntry')

const ledgerEntry = z
  .object({
    source: z.string().openapi({ description: '`badge`, `adjustment`, `spending`, or the points rule' }),
    currency: z.nullable(z.string()).openapi({ description: 'Set if `points` are coins' }),
    reason: z.nullable(z.string()),
    category: z.string(),
    itemKey: z.string(),
    points: z.number(),
    at: instant,
    recordedAt: instant,
  })
  .openapi('LedgerEntry')

const rehearsed = z.discriminatedUnion(
  'action',
  [
    z.strictObject({ action: z.enum(['award', 'revoke']), badgeId }),
    completionKey.extend({ action: z.literal('undo') }).strict(),
    z.strictObject({ action: z.literal('pause'), from: pauseBound, until: pauseBound }),
    z.strictObject({ action: z.literal('unpause'), id: z.string() }),
    z.strictObject({ action: z.literal('merge'), into: userId }),
    z.strictObject({ action: z.literal('erase') }),
  ],
  { error: 'is not a known action; use one of: award, revoke, undo, pause, unpause, merge, erase' },
)

const before = z.object({ points: z.number(), level: z.int(), badgeCount: z.int() })

/** What Studio reads about one user, and the preview of a manual change. */
export const studioUserOperations = {
  searchUsers: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/users',
    summary: 'List users, or those whose id or attributes contain a text',
    isPaged: true,
    query: page.extend({
      search: z.string().max(255).optional().openapi({
        description: 'Any part of an id or of the value of an attribute, in upper or lower case',
      }),
    }),
    answer: z.object({ users: z.array(summary), next }),
  }),
  listTimeline: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/users/{userId}/timeline',
    summary: 'List what a user completed and earned, latest first',
    isPaged: true,
    params: userParams,
    query: page.extend({ kind: z.enum(['completion', 'badge']).optional() }),
    answer: z.object({ entries: z.array(timelineEntry), next }),
  }),
  listUserMetrics: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/users/{userId}/metrics',
    summary: 'List the metrics of a user by name',
    isPaged: true,
    params: userParams,
    query: page,
    answer: z.object({
      metrics: z.array(z.object({ metric: z.string(), value: z.string(), lastAt: instant })),
      next,
    }),
  }),
  listUserLedger: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/users/{userId}/ledger',
    summary: 'List the points and coins that a user gained and lost, latest first',
    isPaged: true,
    params: userParams,
    query: page.extend({ currency: currency.optional().openapi({ description: 'Only coins of this currency' }) }),
    answer: z.object({ entries: z.array(ledgerEntry), next }),
  }),
  getUserCalendar: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/users/{userId}/calendar',
    summary: 'Count a user’s completions per local day over a year, with time zones and paused days',
    params: userParams,
    answer: z.object({
      today: z.iso.date(),
      days: z.array(z.object({ day: z.iso.date(), count: z.int() })),
      zones: z.array(z.object({ zone: z.string(), since: instant, dayStartsAt: z.string().optional() })),
      pausedDays: z.array(z.object({ day: z.iso.date(), isWhole: z.boolean() })).openapi({
        description:
          'Days with a pause, including pauses for all users. `isWhole`: completions on this day do not count',
      }),
      timeZone: z.string(),
    }),
  }),
  rehearse: operation({
    ...common,
    method: 'post',
    path: '/v1/studio/users/{userId}/rehearse',
    turn: 'read',
    summary: 'Preview an award, a revocation, an undo, a pause, a merge or an erasure',
    description:
      'Makes the change in a transaction and rolls it back, so the preview is exact. Of a merge, `before` and `after` are about `into`.',
    params: userParams,
    body: rehearsed,
    answer: z.object({
      status: z.string(),
      awarded: badges,
      revoked: badges,
      rowCount: z.nullable(z.int()).openapi({ description: 'Rows that an erasure would delete' }),
      before,
      after: before,
    }),
    refusals: ['MILESTONE_NOT_FOUND', 'USER_ERASED', 'USER_BUSY'],
  }),
} as const
