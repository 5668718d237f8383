import { z } from '@hono/zod-openapi'
import { instant, nullableInstant, policy, reason } from './fields.js'
import { operation } from './operation.js'

/** Requirements are up to eight deep, each with a list of parts. */
const catalogLimits = { bytes: 1024 * 1024, depth: 40 } as const

const exampleCatalog = {
  milestones: [{ id: 'first-steps', title: 'First Steps', requirement: { type: 'tutorials_completed', count: 1 } }],
}

const givenCatalog = z.looseObject({ milestones: z.array(z.unknown()) }).openapi('CatalogDefinition', {
  description: 'See `milepost/catalog.schema.json`. All faults are returned at once',
  example: exampleCatalog,
})
const names = z.array(z.string())
const affected = z.object({ userCount: z.int(), examples: names })
const moved = z.object({ raised: affected, lowered: affected })
const gainedAndLost = { gained: affected, lost: affected }

export const plan = z
  .object({
    policy,
    fromVersion: z.int(),
    changes: z.object({
      milestones: z.object({
        added: names,
        changed: z.array(
          z.object({
            id: z.string(),
            sides: z.array(z.enum(['requirement', 'items', 'points', 'reward', 'words', 'conditions'])),
          }),
        ),
        removed: names,
      }),
      metrics: z.object({ added: names, removed: names }),
      boards: z.object({ added: names, changed: names, removed: names }),
      hasOtherLevels: z.boolean(),
      hasOtherPointsRules: z.boolean(),
      hasOtherRetention: z.boolean(),
      hasOtherDays: z.boolean(),
    }),
    userCount: z.int(),
    affectedCount: z.int(),
    badges: z.array(z.object({ id: z.string(), ...gainedAndLost })),
    renamed: z.array(z.object({ from: z.string(), to: z.string(), users: affected })).openapi({
      description: 'Badges that get a new id, because of `formerly`',
    }),
    warnings: z.array(
      z.discriminatedUnion('type', [
        z.object({
          type: z.literal('list'),
          id: z.string(),
          list: z.string(),
          itemCount: z.int(),
          users: affected,
          message: z.string(),
        }),
        z.object({
          type: z.literal('paid-again'),
          id: z.string(),
          formerId: z.string(),
          users: affected,
          message: z.string(),
        }),
        z.object({
          type: z.literal('beyond-limit'),
          id: z.string(),
          limit: z.int(),
          users: affected,
          message: z.string(),
        }),
        z.object({
          type: z.literal('folded'),
          id: z.string(),
          until: instant,
          users: affected,
          message: z.string(),
        }),
        z.object({
          type: z.literal('retention'),
          categories: names,
          before: instant,
          completionCount: z.int(),
          users: affected,
          message: z.string(),
        }),
        z.object({
          type: z.enum(['folded-day-start', 'folded-time-zone', 'folded-pauses']),
          until: instant,
          users: affected,
          message: z.string(),
        }),
      ]),
    ),
    points: moved,
    levels: moved,
    unlocks: z.array(z.object({ unlock: z.string(), ...gainedAndLost })),
  })
  .openapi('CatalogPlan')

export const report = z
  .object({
    version: z.int(),
    status: z.enum(['applied', 'unchanged']),
    userCount: z.int(),
    awardedCount: z.int(),
    revokedCount: z.int(),
  })
  .openapi('ApplyReport')

export const streamed =
  'With `Accept: text/event-stream`, the answer is a stream of `progress` events that ends with a `result` or a `problem`.'

export const catalogOperations = {
  getCatalog: operation({
    method: 'get',
    path: '/v1/catalog',
    tag: 'Catalog',
    summary: 'Read the catalog in effect',
    access: { scope: 'read' },
    answer: z.object({
      version: z.int().openapi({ description: '0 if none was applied' }),
      fingerprint: z.string(),
      appliedAt: nullableInstant,
      own: z
        .enum(['current', 'superseded', 'unapplied'])
        .openapi({ description: 'How the server’s own catalog relates to it' }),
      atStart: z.enum(['keep', 'replace', 'refuse']).openapi({
        description: 'What this server does at its next start if another catalog is in effect',
      }),
      definition: z.looseObject({}),
    }),
  }),
  plan: operation({
    method: 'post',
    path: '/v1/plan',
    tag: 'Catalog',
    summary: 'Preview what a catalog would change for the users',
    description: `Writes nothing. ${streamed}`,
    access: { scope: 'admin' },
    body: z.strictObject({
      catalog: givenCatalog,
      policy: policy.optional(),
      exampleLimit: z.int().min(0).max(100).optional(),
    }),
    limits: catalogLimits,
    example: { catalog: exampleCatalog, policy: 'keep' },
    answer: plan,
    media: 'text/event-stream',
    refusals: ['CATALOG_INVALID'],
  }),
  apply: operation({
    method: 'post',
    path: '/v1/apply',
    tag: 'Catalog',
    summary: 'Apply a catalog and count every user by it',
    description: `If it is interrupted, the same call continues where it stopped. ${streamed}`,
    access: { scope: 'admin' },
    isIdempotent: true,
    body: z.strictObject({
      catalog: givenCatalog,
      policy: policy.optional(),
      acceptFolded: z.boolean().optional(),
      notify: z.boolean().optional(),
      reason: reason.optional(),
    }),
    limits: catalogLimits,
    example: { catalog: exampleCatalog, policy: 'keep', reason: 'Spring' },
    answer: report,
    media: 'text/event-stream',
    refusals: ['CATALOG_INVALID', 'APPLY_SUPERSEDED', 'HISTORY_FOLDED', 'USER_BUSY'],
  }),
} as const
