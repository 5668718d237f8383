import { z } from '@hono/zod-openapi'
import { badges } from './badge.js'
import { debts } from './coins.js'
import { givenInstant, idParams, instant, reason, userId } from './fields.js'
import { operation } from './operation.js'

const common = { tag: 'Users', access: { scope: 'admin' } } as const

const pause = z
  .object({
    id: z.string(),
    userId: z.nullable(z.string()).openapi({ description: 'null for all users' }),
    from: z.union([z.iso.date(), instant]),
    until: z.union([z.iso.date(), instant]),
    reason: z.string(),
    by: z.nullable(z.string()),
    recordedAt: instant,
  })
  .openapi('Pause')

/** When a pause begins or ends: a local day or an instant. */
export const pauseBound = z.union([z.iso.date(), givenInstant])

/** Pauses of streaks: of one user, or of all users. */
export const pauseOperations = {
  pauseStreaks: operation({
    ...common,
    method: 'post',
    path: '/v1/pauses',
    summary: 'Pause the streaks of one user, or of all users',
    description:
      'Paused days neither break a streak nor add to it, even if they are in the past. `from` and `until` (excluded) are local days or instants. A day that is only partly paused does not break a streak, and completions on it count. Sending the same pause again changes nothing.',
    isIdempotent: true,
    isRepeatable: true,
    body: z.strictObject({
      userId: z.nullable(userId).openapi({ description: 'null for all users' }),
      from: pauseBound,
      until: pauseBound,
      reason,
    }),
    example: { userId: 'ann', from: '2026-09-25', until: '2026-09-28', reason: 'Holiday' },
    answer: pause,
    refusals: ['USER_ERASED', 'USER_BUSY'],
  }),
  getStreakPauses: operation({
    ...common,
    method: 'get',
    path: '/v1/pauses',
    summary: 'List the pauses of one user, or of all users',
    query: z.strictObject({ userId: userId.optional() }),
    answer: z.object({ pauses: z.array(pause) }),
  }),
  deleteStreakPause: operation({
    ...common,
    method: 'delete',
    path: '/v1/pauses/{id}',
    summary: 'Delete a pause, and revoke the badges that depended on it',
    isIdempotent: true,
    params: idParams,
    query: z.strictObject({ reason: reason.optional() }),
    answer: z.union([
      z.object({ status: z.literal('deleted'), pause, revoked: badges, debts }),
      z.object({ status: z.literal('not-found') }),
    ]),
    refusals: ['USER_BUSY'],
  }),
} as const
