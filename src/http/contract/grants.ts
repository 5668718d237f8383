import { z } from '@hono/zod-openapi'
import { badges } from './badge.js'
import { debts } from './coins.js'
import { instant, reason, userParams } from './fields.js'
import { operation } from './operation.js'

const freeze = z.object({ userId: z.string(), key: z.string(), grantedAt: instant }).openapi('StreakFreeze')

const key = z.string().min(1).max(512)
const adjustment = z
  .object({ userId: z.string(), key: z.string(), points: z.int(), currency: z.nullable(z.string()), at: instant })
  .openapi('PointsAdjustment')

/** Streak freezes and points that users are given manually. */
export const grantOperations = {
  grantStreakFreeze: operation({
    method: 'post',
    path: '/v1/users/{userId}/streak-freezes',
    tag: 'Users',
    summary: 'Grant a streak freeze',
    description:
      'It is used for the first period that the user misses from now on, in each streak that has freezes. Sending the same `key` again changes nothing.',
    access: { scope: 'award' },
    isIdempotent: true,
    isRepeatable: true,
    params: userParams,
    body: z.strictObject({
      key: key.openapi({ description: 'What identifies the freeze, such as the id of a purchase' }),
      reason,
    }),
    example: { key: 'order:42', reason: 'Bought in the shop' },
    answer: z.object({ status: z.enum(['granted', 'duplicate']), freeze }),
    refusals: ['USER_ERASED', 'USER_BUSY'],
  }),
  adjustPoints: operation({
    method: 'post',
    path: '/v1/users/{userId}/points',
    tag: 'Users',
    summary: 'Give points to a user, or take some away',
    description:
      'Levels and badges follow. Badges that the points no longer support are revoked, unless their milestone keeps them. Sending the same `key` again changes nothing.',
    access: { scope: 'award' },
    isIdempotent: true,
    isRepeatable: true,
    params: userParams,
    body: z.strictObject({
      points: z
        .int()
        .min(-1_000_000_000)
        .max(1_000_000_000)
        .openapi({ description: 'Negative to take points away; not 0' }),
      currency: z
        .string()
        .min(1)
        .max(50)
        .optional()
        .openapi({ description: 'A currency of the catalog, for coins in place of points' }),
      key: key.openapi({ description: 'What identifies the adjustment, such as the id of a support case' }),
      reason,
    }),
    example: { points: -20, key: 'case:42', reason: 'Posted spam' },
    answer: z.object({
      status: z.enum(['adjusted', 'duplicate']),
      adjustment,
      awarded: badges,
      revoked: badges,
      debts,
    }),
    refusals: ['USER_ERASED', 'USER_BUSY'],
  }),
} as const
