import { z } from '@hono/zod-openapi'
import { givenInstant, instant } from './fields.js'
import { operation } from './operation.js'

const report = z
  .object({
    isDryRun: z.boolean(),
    before: instant,
    categories: z.array(z.string()),
    userCount: z.int().openapi({ description: 'Users who had something to fold' }),
    completionCount: z.int(),
    clearedCount: z.int().openapi({
      description:
        'Rows that the app had inserted by itself again, of completions that were folded earlier. They were deleted',
    }),
  })
  .openapi('FoldReport')

/** Replacing old completions by what was counted from them. */
export const foldingOperations = {
  foldCompletions: operation({
    method: 'post',
    path: '/v1/fold',
    tag: 'Completions',
    summary: 'Replace old completions by what was counted from them',
    description:
      'Counts, totals, bests, streaks, points and badges stay as they are. For users who had such completions, nothing from before `before` can be recorded, imported or undone any more. This cannot be reverted, so try `dryRun` first. If it is interrupted, the same call continues where it stopped. With `Accept: text/event-stream`, the answer is a stream of `progress` events that ends with a `result` or a `problem`.',
    access: { scope: 'admin' },
    isIdempotent: true,
    isRepeatable: true,
    body: z.strictObject({
      before: givenInstant,
      categories: z.array(z.string().min(1).max(100)).min(1).max(100),
      dryRun: z.boolean().optional().openapi({ description: 'Whether to only report what would be folded' }),
    }),
    example: { before: '2025-01-01T00:00:00.000Z', categories: ['page-view'], dryRun: true },
    answer: report,
    media: 'text/event-stream',
    refusals: ['USER_BUSY'],
  }),
} as const
