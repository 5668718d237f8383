import { z } from '@hono/zod-openapi'
import { plan, report, streamed } from './catalog.js'
import { instant, policy, reason } from './fields.js'
import { operation } from './operation.js'

const list = z.string().min(1).max(100).openapi({ description: 'The name of the list', example: 'course:ts' })
const items = z.array(z.string().min(1).max(512)).max(10_000).openapi({ description: 'Item keys, in any order' })

const common = { tag: 'Catalog', access: { scope: 'admin' }, params: z.strictObject({ list }) } as const
const itemLimits = { bytes: 8 * 1024 * 1024 } as const

/** What reads and sets the lists of items that requirements name. */
export const itemOperations = {
  getItemLists: operation({
    method: 'get',
    path: '/v1/items',
    tag: 'Catalog',
    summary: 'List the lists that have items',
    access: { scope: 'admin' },
    answer: z.object({
      lists: z.array(
        z
          .object({
            list: z.string(),
            itemCount: z.int(),
            version: z.int(),
            setAt: instant,
            by: z.nullable(z.string()),
          })
          .openapi('ItemListInfo'),
      ),
    }),
  }),
  getItems: operation({
    ...common,
    method: 'get',
    path: '/v1/items/{list}',
    summary: 'Read the items of a list',
    description: 'Empty if it was never set.',
    answer: z.object({ items: z.array(z.string()) }),
  }),
  setItems: operation({
    ...common,
    method: 'put',
    path: '/v1/items/{list}',
    summary: 'Set the items of a list and count every user by it',
    description: `A new version of the catalog in effect. The same items again change nothing. If it is interrupted, the same call continues where it stopped. ${streamed}`,
    isIdempotent: true,
    body: z.strictObject({
      items,
      policy: policy.optional(),
      acceptFolded: z.boolean().optional(),
      notify: z.boolean().optional(),
      reason: reason.optional(),
    }),
    limits: itemLimits,
    example: { items: ['intro', 'types', 'generics'], reason: 'A new lesson' },
    answer: report,
    media: 'text/event-stream',
    refusals: ['APPLY_SUPERSEDED', 'HISTORY_FOLDED', 'USER_BUSY'],
  }),
  planItems: operation({
    ...common,
    method: 'post',
    path: '/v1/items/{list}/plan',
    summary: 'Preview what other items of a list would change for the users',
    description: `Writes nothing. ${streamed}`,
    body: z.strictObject({
      items,
      policy: policy.optional(),
      exampleLimit: z.int().min(0).max(100).optional(),
    }),
    limits: itemLimits,
    example: { items: ['intro', 'types', 'generics'], policy: 'keep' },
    answer: plan,
    media: 'text/event-stream',
  }),
} as const
