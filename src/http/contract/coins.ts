import { z } from '@hono/zod-openapi'
import { cursor, instant, limit, next, nullableInstant, reason, userParams } from './fields.js'
import { operation } from './operation.js'

const own = { scope: 'read', user: 'own' } as const
/** The name of a currency. */
export const currency = z.string().min(1).max(50).openapi({ description: 'A currency of the catalog', example: 'gems' })
const key = z
  .string()
  .min(1)
  .max(512)
  .openapi({ description: 'What identifies the spending, such as the id of an order' })
const coins = z.record(z.string(), z.int())
const balance = z.int().openapi({ description: 'The coins of this currency that the user has now' })
const spending = z
  .object({
    userId: z.string(),
    currency: z.string(),
    amount: z.int(),
    key: z.string(),
    reason: z.string(),
    at: instant,
    refundedAt: nullableInstant,
  })
  .openapi('Spending')
const entry = z
  .object({
    currency: z.string(),
    amount: z.int().openapi({ description: 'Negative if they were spent or taken back' }),
    cause: z.enum(['badge', 'completion', 'adjustment', 'spending', 'refund']),
    category: z.string().openapi({ description: 'Of a completion: its category. Otherwise empty' }),
    itemKey: z.string(),
    reason: z.nullable(z.string()),
    at: instant,
    recordedAt: instant,
  })
  .openapi('CoinEntry')

/** Debts in the answer of a change that takes coins back. */
export const debts = coins.optional().openapi({
  description: 'By currency: coins that were spent before they were taken back. The next coins of the user pay them',
})

/** Coins that users earn and spend. */
export const coinOperations = {
  getBalance: operation({
    method: 'get',
    path: '/v1/users/{userId}/balance',
    tag: 'Users',
    summary: 'Get how many coins a user has',
    description: 'By currency. Below 0: a debt, which the next coins pay.',
    access: own,
    params: userParams,
    answer: z.object({ balance: coins }),
  }),
  getCoinHistory: operation({
    method: 'get',
    path: '/v1/users/{userId}/coins',
    tag: 'Users',
    summary: 'List the coins that a user got and lost, latest first',
    access: own,
    isPaged: true,
    params: userParams,
    query: z.strictObject({ currency: currency.optional(), limit, cursor }),
    answer: z.object({ entries: z.array(entry), next }),
  }),
  spend: operation({
    method: 'post',
    path: '/v1/users/{userId}/spend',
    tag: 'Users',
    summary: 'Spend coins of a user',
    description: 'Never more than there are. Sending the same `key` again changes nothing.',
    access: { scope: 'record' },
    isIdempotent: true,
    isRepeatable: true,
    params: userParams,
    body: z.strictObject({ currency, amount: z.int().min(1).max(1_000_000_000), key, reason }),
    example: { currency: 'gems', amount: 5, key: 'order:42', reason: 'A hint' },
    answer: z.union([
      z.object({ status: z.enum(['spent', 'duplicate']), spending, balance }),
      z.object({ status: z.literal('insufficient'), balance }),
    ]),
    refusals: ['USER_ERASED', 'USER_BUSY'],
  }),
  refund: operation({
    method: 'post',
    path: '/v1/users/{userId}/refund',
    tag: 'Users',
    summary: 'Pay back what was spent under a key, once',
    access: { scope: 'award' },
    isIdempotent: true,
    isRepeatable: true,
    params: userParams,
    body: z.strictObject({ key, reason }),
    example: { key: 'order:42', reason: 'The hint was wrong' },
    answer: z.union([
      z.object({ status: z.enum(['refunded', 'duplicate']), spending, balance }),
      z.object({ status: z.literal('not-found') }),
    ]),
    refusals: ['USER_ERASED', 'USER_BUSY'],
  }),
} as const
