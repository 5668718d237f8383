import { z } from '@hono/zod-openapi'
import { differingFields } from '../../core/users/differs.js'
import { badges } from './badge.js'
import { debts } from './coins.js'
import { givenInstant, instant, reason, userId } from './fields.js'
import { operation } from './operation.js'

const category = z.string().min(1).max(100).openapi({ example: 'tutorial' })
const itemKey = z.string().min(1).max(512).openapi({ example: 'intro' })
const metadata = z.record(z.string(), z.unknown())

/** The most completions of one call. */
export const completionLimit = 1_000

/** Metadata may be 16 levels deep, inside a completion, inside a list. */
const bodyDepth = 18

const completionInput = z
  .strictObject({
    userId,
    category,
    itemKey,
    metadata: metadata.optional().openapi({ description: 'Free JSON: 16 levels, 1,000 keys, 64 KB at most' }),
    completedAt: givenInstant
      .optional()
      .openapi({ description: 'When it happened. Default: now. Refused if more than 5 minutes in the future' }),
  })
  .openapi('CompletionInput')

/** For those who check without the schema: the fields of a completion, and how its time is written. */
export const completionFields: ReadonlySet<string> = new Set(Object.keys(completionInput.shape))
export const givenInstantPattern: RegExp = givenInstant.def.pattern as RegExp

const completion = z
  .object({
    userId: z.string(),
    category: z.string(),
    itemKey: z.string(),
    metadata,
    completedAt: instant,
    recordedAt: instant,
  })
  .openapi('Completion')

const recordResult = z
  .object({
    status: z.enum(['recorded', 'duplicate']),
    completion,
    awarded: badges.openapi({
      description: 'For a duplicate: the badges of the first recording that the user still has',
    }),
    differs: z.array(z.enum(differingFields)).optional().openapi({
      description: 'For a duplicate: the fields that differ from the stored completion. Omitted if nothing differs',
    }),
    isFolded: z.literal(true).optional().openapi({
      description: 'Set for a duplicate of a completion that was folded. `completion` is then the one that was sent',
    }),
  })
  .openapi('RecordResult')

export const completionOperations = {
  record: operation({
    method: 'post',
    path: '/v1/completions',
    tag: 'Completions',
    summary: 'Record completions and award the badges they earn',
    description:
      'One completion, or a list of up to 1,000. A list is recorded as a whole or not at all. A key (user, category, item) is recorded once: sent again, it is answered `duplicate` with the same badges, so a call whose answer was lost can be sent again. If it says another time or other metadata than what is stored, `differs` names that.',
    access: { scope: 'record' },
    body: z.union([completionInput, z.array(completionInput).max(completionLimit)]),
    limits: { bytes: 1024 * 1024, depth: bodyDepth },
    example: { userId: 'ann', category: 'tutorial', itemKey: 'intro', metadata: { quizScore: 90 } },
    answer: z.union([recordResult, z.object({ results: z.array(recordResult) })]).openapi({
      description: 'For one completion, its result. For a list, `results` in the same order',
    }),
    refusals: ['USER_ERASED', 'HISTORY_FOLDED', 'USER_BUSY', 'BATCH_TOO_LARGE'],
  }),
  undo: operation({
    method: 'delete',
    path: '/v1/users/{userId}/completions/{category}/{itemKey}',
    tag: 'Completions',
    summary: 'Undo a completion',
    description:
      'Badges that are no longer earned are revoked, unless their milestone keeps them. The completion can be recorded again.',
    access: { scope: 'record' },
    params: z.strictObject({ userId, category, itemKey }),
    query: z.strictObject({ reason: reason.optional() }),
    body: z.strictObject({ reason: reason.optional() }),
    isBodyOptional: true,
    answer: z.union([
      z.object({ status: z.literal('undone'), completion, revoked: badges, debts }),
      z.object({ status: z.literal('not-found') }),
    ]),
    refusals: ['USER_ERASED', 'HISTORY_FOLDED', 'USER_BUSY'],
  }),
} as const
