import { z } from '@hono/zod-openapi'
import type { ExplainedNode } from '../../core/explain/explanation.js'
import { kindNames } from '../../core/metrics/kinds.js'
import { completionKey } from './badge.js'
import { instant, nullableInstant, orNull } from './fields.js'
import { holding, nextStep, requirement } from './next-steps.js'
import { milestoneStatus, streakPlace } from './progress.js'

const explainedCompletion = z
  .object({ category: z.string(), itemKey: z.string(), completedAt: instant, day: z.string(), amount: z.number() })
  .openapi('ExplainedCompletion')

const undoneCompletion = z.object({
  category: z.string(),
  itemKey: z.string(),
  completedAt: instant,
  by: z.nullable(z.string()),
  reason: z.string(),
  undoneAt: instant,
})

const gain = z.object({ category: z.string(), itemKey: z.string(), points: z.number(), at: instant })
const cutReason = z.enum(['cap', 'cooldown', 'once', 'not-better'])
const explained = {
  text: z.string(),
  current: z.number(),
  target: z.number(),
  holds: z.boolean(),
  firstHeldAt: nullableInstant,
}
const notCountedReason = z.enum([
  'filtered',
  'outside-hours',
  'outside-window',
  'other-day',
  'not-a-number',
  'negative',
  'zero',
  'not-distinct',
  'not-best',
  'paused',
  'cooldown',
  'period-reached',
  'outside-period',
  'too-few',
  'future',
])

const explainedMetric = z.object({
  type: z.enum(kindNames),
  ...explained,
  requirement,
  countsTimes: z.boolean(),
  present: z.nullable(z.object({ current: z.number(), target: z.number(), text: z.string() })),
  streak: orNull(streakPlace),
  counted: z.object({
    count: z.int(),
    first: orNull(explainedCompletion),
    deciding: orNull(explainedCompletion),
    last: orNull(explainedCompletion),
    latest: z.array(explainedCompletion),
  }),
  folded: z.object({ until: instant, current: z.number() }).optional().openapi({
    description: 'The value before that instant, up to which completions were folded',
  }),
  notCounted: z.object({
    count: z.int(),
    countByReason: z.partialRecord(notCountedReason, z.int()),
    latest: z.array(explainedCompletion.extend({ reason: notCountedReason })),
  }),
})

const explainedPoints = z.object({
  type: z.enum(['points', 'level']),
  ...explained,
  points: z.number(),
  targetPoints: z.nullable(z.number()),
  pointsText: z.string(),
  keptLevel: z
    .int()
    .optional()
    .openapi({ description: 'The level that the user keeps, if the points give a lower one' }),
  gains: z.object({
    count: z.int(),
    badgePoints: z.number(),
    completionPoints: z.number(),
    adjustedPoints: z.number(),
    biggest: z.array(gain),
    latest: z.array(gain),
    cut: z.object({
      count: z.int(),
      countByReason: z.partialRecord(cutReason, z.int()),
      latest: z.array(gain.extend({ offered: z.number(), reason: cutReason })),
    }),
    boosted: z.object({ count: z.int(), latest: z.array(gain.extend({ times: z.number() })) }),
  }),
})

const explainedMilestones = z.object({
  type: z.enum(['milestones', 'after']),
  ...explained,
  milestones: z.array(holding),
})

/** A requirement as JSON, part by part. */
type JsonNode = Jsonified<ExplainedNode>
type Jsonified<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Key in keyof Value]: Jsonified<Value[Key]> }
    : Value

const explainedNode: z.ZodType<JsonNode> = z
  .lazy(
    () =>
      z.union([
        explainedParts,
        explainedMetric,
        explainedPoints,
        explainedMilestones,
      ]) as unknown as z.ZodType<JsonNode>,
  )
  .openapi('ExplainedNode')

const explainedParts = z.object({ type: z.enum(['all', 'any', 'some']), ...explained, parts: z.array(explainedNode) })

export const explanation = z
  .object({
    userId: z.string(),
    milestone: z.object({
      id: z.string(),
      title: z.string(),
      tier: z.nullable(
        z.object({
          of: z.string(),
          key: z.string(),
          number: z.int(),
          count: z.int(),
          mode: z.enum(['join', 'replace']),
        }),
      ),
      time: z.nullable(z.union([z.int(), z.string()])),
      isRetired: z.boolean(),
    }),
    status: milestoneStatus,
    isEarned: z.boolean(),
    earnedAt: nullableInstant,
    expiresAt: nullableInstant,
    awardedBy: z.nullable(completionKey),
    decidedBy: orNull(
      z.union([
        z.object({ type: z.literal('requirement'), completion: orNull(explainedCompletion) }),
        z.object({ type: z.enum(['manual', 'row']) }),
        z.object({ type: z.literal('folded'), until: instant }),
      ]),
    ),
    manualDecision: z.nullable(
      z.object({
        decision: z.enum(['awarded', 'revoked']),
        by: z.nullable(z.string()),
        reason: z.string(),
        at: instant,
      }),
    ),
    holds: z.boolean(),
    firstHeldAt: nullableInstant,
    requirement: explainedNode,
    after: z.nullable(explainedMilestones),
    undone: z.object({ count: z.int(), latest: z.array(undoneCompletion) }),
    nextStep: orNull(z.intersection(nextStep, z.object({ text: z.string() }))),
    locale: z.string(),
    timeZone: z.string(),
    zones: z.array(z.object({ zone: z.string(), since: instant, dayStartsAt: z.string().optional() })),
    dayStartsAt: z.string().optional().openapi({ description: 'When the days of the user start, if not at midnight' }),
    today: z.string(),
    asOf: instant,
    catalogFingerprint: z.string(),
    catalogVersion: z.nullable(z.int()),
  })
  .openapi('Explanation')
