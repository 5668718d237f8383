import { z } from '@hono/zod-openapi'
import { instant, reason, userParams } from './fields.js'
import { operation } from './operation.js'

const freeze = z.object({ userId: z.string(), key: z.string(), grantedAt: instant }).openapi('StreakFreeze')

/** Streak freezes that are granted, such as those that users buy. */
export const freezeOperations = {
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
      key: z
        .string()
        .min(1)
        .max(512)
        .openapi({ description: 'What identifies the freeze, such as the id of a purchase' }),
      reason,
    }),
    example: { key: 'order:42', reason: 'Bought in the shop' },
    answer: z.object({ status: z.enum(['granted', 'duplicate']), freeze }),
    refusals: ['USER_ERASED', 'USER_BUSY'],
  }),
} as const
