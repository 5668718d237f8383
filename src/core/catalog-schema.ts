import { z } from 'zod'
import { rarities } from './rarity.js'

const text = z.string().min(1)
const wholeTarget = z.int().min(1)
const number = z.number().positive()
const scalar = z.union([z.string(), z.number(), z.boolean()])
const bound = z.union([z.number(), z.string()])

/** The most points that one milestone may bring: sums of them stay exact in JavaScript. */
export const rewardPointsLimit = 1_000_000_000

const whereTest = z
  .strictObject({
    eq: scalar.optional(),
    ne: scalar.optional(),
    gt: bound.optional(),
    gte: bound.optional(),
    lt: bound.optional(),
    lte: bound.optional(),
    in: z.array(scalar).min(1).optional(),
    exists: z.boolean().optional(),
  })
  .describe('Tests of one metadata property; all given must hold')

const filter = {
  category: z.union([text, z.array(text).min(1)]).describe('One category, or several that are counted together'),
  items: z.array(text).min(1).optional().describe('Only these item keys'),
  where: z.record(text, whereTest).optional().describe('Only completions whose metadata match'),
}

const items = z.array(text).min(1)

/** The shapes of a requirement by type. Those with two forms (a count or a list) allow both here; faults settle which. */
export const requirementShapes = {
  tutorials_completed: z.strictObject({
    type: z.literal('tutorials_completed'),
    count: wholeTarget.optional(),
    tutorialIds: items.optional(),
  }),
  steps_completed: z.strictObject({ type: z.literal('steps_completed'), count: wholeTarget }),
  quiz_perfect: z.strictObject({ type: z.literal('quiz_perfect'), minScore: z.number().optional() }),
  workflows_completed: z.strictObject({
    type: z.literal('workflows_completed'),
    count: wholeTarget.optional(),
    workflowIds: items.optional(),
  }),
  actions_completed: z.strictObject({ type: z.literal('actions_completed'), count: wholeTarget }),
  count: z.strictObject({ type: z.literal('count'), ...filter, target: wholeTarget.optional() }),
  total: z.strictObject({ type: z.literal('total'), ...filter, property: text, target: number }),
  best: z.strictObject({ type: z.literal('best'), ...filter, property: text, target: number }),
  points: z.strictObject({ type: z.literal('points'), target: wholeTarget }),
  level: z.strictObject({ type: z.literal('level'), target: z.int().min(2) }),
  milestones: z.strictObject({
    type: z.literal('milestones'),
    ids: z.array(text).min(1),
    target: wholeTarget.optional(),
  }),
} as const

/** The shape of a composite but for its parts, which are checked one by one. */
export const compositeShapes = {
  all: z.strictObject({ type: z.literal('all'), of: z.array(z.unknown()).min(1) }),
  any: z.strictObject({ type: z.literal('any'), of: z.array(z.unknown()).min(1) }),
  some: z.strictObject({ type: z.literal('some'), of: z.array(z.unknown()).min(1), target: wholeTarget }),
} as const

const requirement: z.ZodType = z.lazy(() =>
  z.union([
    ...Object.values(requirementShapes),
    compositeShapes.all.extend({ of: z.array(requirement).min(1) }),
    compositeShapes.any.extend({ of: z.array(requirement).min(1) }),
    compositeShapes.some.extend({ of: z.array(requirement).min(1) }),
  ]),
)

export const milestoneShape = z.strictObject({
  id: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9._:-]+$/)
    .describe('Kept for ever: badges carry it'),
  title: text,
  description: z.string().optional(),
  icon: z.string().optional(),
  category: z.string().optional(),
  requirement: z.unknown().optional(),
  reward: z
    .strictObject({
      badge: text.optional(),
      badgeIcon: z.string().optional(),
      points: z.int().min(0).max(rewardPointsLimit).optional(),
      unlocks: z.array(text).optional(),
    })
    .optional(),
  rarity: z.enum(rarities).optional(),
})

const levelNames = z.array(text).optional()

export const levelShapes = {
  every: z.strictObject({ every: z.int().min(1).max(rewardPointsLimit), names: levelNames }),
  thresholds: z.strictObject({ thresholds: z.array(z.int().min(1)).min(1), names: levelNames }),
} as const

export const catalogShape = z.strictObject({
  $schema: z.string().optional(),
  categories: z.array(text).min(1).optional(),
  tutorialCategories: z
    .strictObject({
      tutorial: text.optional(),
      tutorialStep: text.optional(),
      quiz: text.optional(),
      workflow: text.optional(),
      action: text.optional(),
    })
    .optional(),
  levels: z.unknown().optional(),
  milestones: z.array(z.unknown()),
})

const wholeCatalog = catalogShape.extend({
  levels: z.union([levelShapes.every, levelShapes.thresholds]).optional(),
  milestones: z.array(milestoneShape.extend({ requirement })),
})

/** Describes a catalog file as JSON Schema (draft 2020-12), for editors and for other languages. */
export const catalogJsonSchema: Readonly<Record<string, unknown>> = {
  title: 'Milepost catalog',
  ...(z.toJSONSchema(wholeCatalog, { io: 'input' }) as Record<string, unknown>),
}
