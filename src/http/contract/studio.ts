import { z } from '@hono/zod-openapi'
import type { RequirementOutline } from '../../core/words/requirement-text.js'
import { badgeId, cursor, instant, limit, next, nullableInstant, userId, wholeNumber } from './fields.js'
import { requirement } from './next-steps.js'
import { operation } from './operation.js'
import { studioUserOperations } from './studio-users.js'

const common = { tag: 'Studio', access: { scope: 'admin' } } as const
const page = z.strictObject({ limit, cursor })

const heldBadge = z
  .object({
    userId: z.string(),
    badgeId: z.string(),
    name: z.string(),
    icon: z.string(),
    points: z.number(),
    earnedAt: instant,
  })
  .openapi('HeldBadge')

const share = z.object({ count: z.int(), n: z.int(), share: z.nullable(z.number()) })

const outline: z.ZodType<RequirementOutline> = z
  .lazy(() => z.object({ text: z.string(), parts: z.array(outline) }))
  .openapi('RequirementOutline', { description: 'A requirement in words, part by part' })

const studioMilestone = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    icon: z.string(),
    category: z.string(),
    points: z.int(),
    unlocks: z.array(z.string()),
    rarity: z.enum(['common', 'rare', 'epic', 'legendary']),
    requirement,
    outline,
    after: z.array(z.string()),
    onUndo: z.enum(['revoke', 'keep']),
    hidden: z.union([z.boolean(), z.literal('until-earned')]),
    isRetired: z.boolean(),
    tierOf: z.nullable(z.string()),
    isRepeatable: z.boolean(),
    expiresAfter: z.nullable(z.string()),
    limit: z.nullable(z.int()),
    holderCount: z.int(),
    ofAll: share,
    ofActive: share,
    ofEligible: share,
    timeToEarn: z.object({ medianMs: z.nullable(z.number()), n: z.int() }),
  })
  .openapi('StudioMilestone')

const auditEntry = z
  .object({
    id: z.int(),
    userId: z.string().openapi({ description: 'Empty if it is not about a user' }),
    action: z.string(),
    reason: z.string(),
    doneBy: z.nullable(z.string()),
    doneAt: instant,
    details: z.record(z.string(), z.unknown()),
  })
  .openapi('AuditEntry')

const difference = z
  .object({
    userId: z.string(),
    kind: z.enum(['metric', 'standing', 'badge', 'ledger', 'period', 'limit']),
    name: z.string(),
    stored: z.nullable(z.union([z.string(), z.number()])),
    counted: z.nullable(z.union([z.string(), z.number()])),
  })
  .openapi('Difference')

const overview = z
  .object({
    asOf: instant,
    days: z.array(z.object({ day: z.iso.date(), awardCount: z.int(), completionCount: z.int(), activeCount: z.int() })),
    userCount: z.int(),
    badgeCount: z.int(),
    points: z.number(),
    funnel: z.array(z.object({ step: z.string(), count: z.int() })),
  })
  .openapi('StudioOverview')

/** What Studio reads beyond what apps do, and its rehearsals. */
export const studioOperations = {
  getStudioOverview: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/overview',
    summary: 'Count awards and active users per day, and how far users got',
    turn: 'none',
    description: 'Days are in UTC. Up to a minute old. `asOf` is the time of the figures.',
    query: z.strictObject({
      days: wholeNumber(7, 90).default(30).openapi({ description: 'How many days to count. Default: 30' }),
    }),
    answer: overview,
  }),
  listAwards: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/awards',
    summary: 'List badges by date, latest first',
    isPaged: true,
    query: page,
    answer: z.object({ awards: z.array(heldBadge), next }),
  }),
  listStudioMilestones: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/milestones',
    summary: 'List all milestones, including hidden and retired ones, with their numbers of holders',
    turn: 'none',
    answer: z.object({ asOf: instant, milestones: z.array(studioMilestone) }),
  }),
  listStudioBoards: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/boards',
    summary: 'List the boards of the catalog in words: what each ranks by, and when it starts again',
    answer: z.object({ boards: z.array(z.object({ id: z.string(), title: z.string(), text: z.string() })) }),
  }),
  getTimeToEarn: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/milestones/{id}/time-to-earn',
    summary: 'Show how long the latest holders took',
    params: z.strictObject({ id: badgeId }),
    answer: z.object({
      sampleSize: z.int(),
      medianMs: z.nullable(z.number()),
      buckets: z.array(z.object({ label: z.string(), count: z.int() })),
    }),
  }),
  listHolders: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/milestones/{id}/holders',
    summary: 'List the holders of a badge, latest first',
    isPaged: true,
    params: z.strictObject({ id: badgeId }),
    query: page,
    answer: z.object({ awards: z.array(heldBadge), next }),
  }),
  listAudit: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/audit',
    summary: 'List manual changes, latest first',
    isPaged: true,
    query: page.extend({ userId: userId.optional() }),
    answer: z.object({ entries: z.array(auditEntry), next }),
  }),
  getCatalogVersions: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/versions',
    summary: 'List the applied catalogs, latest first',
    query: z.strictObject({ limit }),
    answer: z.object({
      versions: z.array(
        z.object({
          version: z.int(),
          policy: z.string(),
          list: z.nullable(z.string()),
          by: z.nullable(z.string()),
          reason: z.nullable(z.string()),
          startedAt: instant,
          appliedAt: nullableInstant,
          userCount: z.int(),
        }),
      ),
    }),
  }),
  getDatabaseFacts: operation({
    ...common,
    method: 'get',
    path: '/v1/studio/database',
    summary: 'Read the version and size of the database',
    answer: z.object({ version: z.string(), bytes: z.number(), migrations: z.array(z.string()) }),
  }),
  verify: operation({
    ...common,
    method: 'post',
    path: '/v1/studio/verify',
    summary: 'Check some users for drift',
    turn: 'read',
    description: 'Writes nothing. Checks some users per call; pass `next` to continue.',
    body: z.strictObject({ cursor }),
    isBodyOptional: true,
    answer: z.object({ userCount: z.int(), differences: z.array(difference), next }),
  }),
  ...studioUserOperations,
} as const
