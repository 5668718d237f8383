import { z } from '@hono/zod-openapi'
import { nullableInstant } from './fields.js'

/** As in the catalog; `milepost/catalog.schema.json` describes it. */
export const requirement = z
  .looseObject({ type: z.string() })
  .openapi('Requirement', { description: 'As in the catalog' })

export const holding = z.object({
  id: z.nullable(z.string()),
  title: z.nullable(z.string()),
  isHeld: z.boolean(),
  earnedAt: nullableInstant,
})

export const nextStep = z
  .union([
    z.object({
      type: z.literal('complete'),
      requirement,
      current: z.number(),
      target: z.number(),
      remaining: z.number(),
      from: nullableInstant,
      by: nullableInstant,
    }),
    z.object({
      type: z.literal('gain'),
      points: z.number(),
      remaining: z.number(),
      level: z.nullable(z.int()),
    }),
    z.object({ type: z.literal('earn'), milestones: z.array(holding), remaining: z.int() }),
    z.object({
      type: z.literal('none'),
      because: z.enum(['revoked', 'retired', 'over', 'full', 'unreachable', 'due']),
    }),
  ])
  .openapi('NextStep')

export const nextMilestone = z
  .object({
    id: z.string(),
    title: z.string(),
    current: z.number(),
    target: z.number(),
    ratio: z.number(),
    remaining: z.number(),
    isLocked: z.boolean(),
    timesEarned: z.int(),
    step: nextStep,
    text: z.string(),
  })
  .openapi('NextMilestone')
