import { z } from 'zod'
import { category, positiveNumber, text, timeWindow, where, wholeTarget } from '../metrics/filter-shape.js'
import { type KindName, kindNames, metricKinds } from '../metrics/kinds.js'
import type { Direction } from '../metrics/metric.js'
import { rarities } from './rarity.js'

/** The most points that one milestone may give, so that sums stay exact in JavaScript. */
export const rewardPointsLimit = 1_000_000_000

/** The most times that a milestone over points, levels or milestones may repeat. */
export const repeatLimit = 1_000

const items = z.array(text).min(1)

const kindShapes = Object.fromEntries(kindNames.map(name => [name, metricKinds[name].shape])) as Readonly<
  Record<KindName, z.ZodObject>
>

/**
 * The shapes of requirements by type. Types with two forms (a count or a list) allow both here; separate checks reject
 * the wrong combinations.
 */
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
  ...kindShapes,
  points: z.strictObject({ type: z.literal('points'), target: wholeTarget }),
  level: z.strictObject({ type: z.literal('level'), target: z.int().min(2) }),
  milestones: z.strictObject({
    type: z.literal('milestones'),
    ids: z.array(text).min(1),
    target: wholeTarget.optional(),
  }),
} as const

/** The shape of a composite, without its parts, which are checked one by one. */
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

function shapesWithoutTarget(direction: Direction): readonly z.ZodType[] {
  const names = kindNames.filter(name => metricKinds[name].direction === direction)
  return names.map(name => kindShapes[name].omit({ target: true }))
}

const tieredRequirement = z.union([
  ...shapesWithoutTarget('rising'),
  requirementShapes.points.omit({ target: true }),
  requirementShapes.level.omit({ target: true }),
  requirementShapes.milestones.omit({ target: true }),
  compositeShapes.some.omit({ target: true }).extend({ of: z.array(requirement).min(1) }),
])

const localizedText = z
  .union([text, z.record(text, text)])
  .describe('A text, or the text by locale (BCP 47), the locale of the catalog among them')

const word = text.max(100)

/** The shape of a label: the forms of `Intl.PluralRules`, and a verb. */
export const labelShape = z
  .strictObject({
    zero: word.optional(),
    one: word,
    two: word.optional(),
    few: word.optional(),
    many: word.optional(),
    other: word,
    verb: word.optional().describe('What a user does with it, as a request: read'),
  })
  .describe('Words by the plural rules of their language: { one: page, other: pages, verb: read }')

const rewardShape = z.strictObject({
  badge: localizedText.optional(),
  badgeIcon: z.string().optional(),
  points: z.int().min(0).max(rewardPointsLimit).optional(),
  unlocks: z.array(text).optional(),
})

const formerly = z
  .array(z.string().min(1).max(512))
  .min(1)
  .describe('Ids that its badges had before: apply gives those badges this id, with their dates, points and decisions')

export const tierShape = z.strictObject({
  key: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[A-Za-z0-9._:-]+$/)
    .optional()
    .describe('Permanent: badges store it as id#key. Default: the target'),
  target: z.unknown(),
  formerly: formerly.optional(),
  title: localizedText.optional(),
  reward: rewardShape.optional(),
})

export const milestoneShape = z.strictObject({
  id: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9._:-]+$/)
    .describe('Permanent: badges store it'),
  formerly: formerly.optional(),
  title: localizedText,
  description: z.union([z.string(), z.record(text, z.string())]).optional(),
  hint: localizedText.optional().describe('What to do to reach it. Replaces the sentence made from the requirement'),
  icon: z.string().optional(),
  category: z.string().optional(),
  requirement: z.unknown().optional(),
  reward: rewardShape.optional(),
  rarity: z.enum(rarities).optional(),
  tiers: z
    .array(z.unknown())
    .min(1)
    .optional()
    .describe(
      'Rising targets (falling where lower is better). Each is its own badge, named by its key: id#gold. A number is its own key: id#50',
    ),
  tierMode: z.enum(['join', 'replace']).optional().describe('Whether all tiers are shown or only the highest'),
  repeatable: z
    .strictObject({
      cooldown: text.optional().describe('An ISO 8601 duration. Completions within it after a badge do not count'),
      max: z.int().min(1).max(rewardPointsLimit).optional(),
    })
    .optional()
    .describe('Again at each further multiple of the target (id@1, id@2, …), or in each period of during (id@2026-11)'),
  after: z.array(text).min(1).optional().describe('Badges that must be held as well'),
  available: timeWindow.optional(),
  retired: z.boolean().optional().describe('No longer awarded. Users who have it keep it'),
  onUndo: z
    .enum(['revoke', 'keep'])
    .optional()
    .describe('Whether its badge goes when what it rests on is undone, or stays'),
  hidden: z.union([z.boolean(), z.literal('until-earned')]).optional(),
})

export const pointsRuleShape = z.strictObject({
  category,
  where: where.optional(),
  points: z.int().min(1).max(rewardPointsLimit),
  cap: z.strictObject({ per: z.literal('day'), points: z.int().min(1).max(rewardPointsLimit) }).optional(),
})

const levelNames = z.array(text).optional()

export const levelShapes = {
  every: z.strictObject({ every: z.int().min(1).max(rewardPointsLimit), names: levelNames }),
  thresholds: z.strictObject({ thresholds: z.array(z.int().min(1)).min(1), names: levelNames }),
} as const

export const catalogShape = z.strictObject({
  $schema: z.string().optional(),
  locale: text.optional().describe('The language of plain texts (BCP 47); Default: en'),
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
  labels: z.unknown().optional(),
  levels: z.unknown().optional(),
  points: z.array(z.unknown()).optional().describe('Points for completions themselves'),
  milestones: z.array(z.unknown()),
})

const tiersOf = (target: z.ZodNumber) => z.array(z.union([target, tierShape.extend({ target })])).min(1)

// Falling tiers may be any numbers.
const fallingRequirements = shapesWithoutTarget('falling')
const withFallingTiers =
  fallingRequirements.length === 0
    ? []
    : [
        milestoneShape
          .extend({ requirement: z.union(fallingRequirements), tiers: tiersOf(z.number()) })
          .omit({ repeatable: true }),
      ]

const wholeCatalog = catalogShape.extend({
  labels: z
    .record(text, z.union([labelShape, z.record(text, labelShape)]))
    .optional()
    .describe('Words for categories and metadata properties: in the locale of the catalog, or by locale'),
  levels: z.union([levelShapes.every, levelShapes.thresholds]).optional(),
  points: z.array(pointsRuleShape).optional(),
  milestones: z.array(
    z.union([
      milestoneShape.extend({ requirement }).omit({ tiers: true, tierMode: true }),
      milestoneShape
        .extend({ requirement: tieredRequirement, tiers: tiersOf(positiveNumber) })
        .omit({ repeatable: true }),
      ...withFallingTiers,
    ]),
  ),
})

/** Describes a catalog file as JSON Schema (draft 2020-12), for editors and for other languages. */
export const catalogJsonSchema: Readonly<Record<string, unknown>> = {
  title: 'Milepost catalog',
  ...(z.toJSONSchema(wholeCatalog, { io: 'input' }) as Record<string, unknown>),
}
