import * as z from 'zod/mini'
import {
  category,
  described,
  positiveNumber,
  text,
  texts,
  timeWindow,
  where,
  wholeTarget,
} from '../metrics/filter-shape.js'
import { take } from '../metrics/kinds/take-shape.js'
import { type KindName, kindNames, metricKinds } from '../metrics/kinds.js'
import { rarities } from './rarity.js'

/** The most points that one milestone may give, so that sums stay exact in JavaScript. */
export const rewardPointsLimit = 1_000_000_000

/** The most times as many points that a boost may give. */
const boostLimit = 100

/** The most times that a milestone over points, levels or milestones may repeat. */
export const repeatLimit = 1_000

const kindShapes = Object.fromEntries(kindNames.map(name => [name, metricKinds[name].shape])) as Readonly<
  Record<KindName, z.ZodMiniObject>
>

/**
 * The shapes of requirements by type. Types with two forms (a count or a list) allow both here; separate checks reject
 * the wrong combinations.
 */
export const requirementShapes = {
  tutorials_completed: z.strictObject({
    type: z.literal('tutorials_completed'),
    count: z.optional(wholeTarget),
    tutorialIds: z.optional(texts),
  }),
  steps_completed: z.strictObject({ type: z.literal('steps_completed'), count: wholeTarget }),
  quiz_perfect: z.strictObject({ type: z.literal('quiz_perfect'), minScore: z.optional(z.number()) }),
  workflows_completed: z.strictObject({
    type: z.literal('workflows_completed'),
    count: z.optional(wholeTarget),
    workflowIds: z.optional(texts),
  }),
  actions_completed: z.strictObject({ type: z.literal('actions_completed'), count: wholeTarget }),
  ...kindShapes,
  points: z.strictObject({ type: z.literal('points'), target: wholeTarget }),
  level: z.strictObject({ type: z.literal('level'), target: z.int().check(z.minimum(2)) }),
  milestones: z.strictObject({
    type: z.literal('milestones'),
    ids: texts,
    target: z.optional(wholeTarget),
  }),
} as const

/** The shape of a composite, without its parts, which are checked one by one. */
export const compositeShapes = {
  all: z.strictObject({ type: z.literal('all'), of: z.array(z.unknown()).check(z.minLength(1)) }),
  any: z.strictObject({ type: z.literal('any'), of: z.array(z.unknown()).check(z.minLength(1)) }),
  some: z.strictObject({
    type: z.literal('some'),
    of: z.array(z.unknown()).check(z.minLength(1)),
    target: wholeTarget,
  }),
} as const

const localizedText = described(
  z.union([text, z.record(text, text)]),
  'A text, or the text by locale (BCP 47), the locale of the catalog among them',
)

const word = text.check(z.maxLength(100))

/** The shape of a label: the forms of `Intl.PluralRules`, and a verb. */
export const labelShape = described(
  z.strictObject({
    zero: z.optional(word),
    one: word,
    two: z.optional(word),
    few: z.optional(word),
    many: z.optional(word),
    other: word,
    verb: described(z.optional(word), 'What a user does with it, as a request: read'),
  }),
  'Words by the plural rules of their language: { one: page, other: pages, verb: read }',
)

const points = z.int().check(z.minimum(1), z.maximum(rewardPointsLimit))

const rewardShape = z.strictObject({
  badge: z.optional(localizedText),
  badgeIcon: z.optional(z.string()),
  points: z.optional(z.int().check(z.minimum(0), z.maximum(rewardPointsLimit))),
  unlocks: z.optional(z.array(text)),
})

const formerly = described(
  z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(512))).check(z.minLength(1))),
  'Ids that its badges had before: apply gives those badges this id, with their dates, points and decisions',
)

const idCharacters = z.regex(/^[A-Za-z0-9._:-]+$/)

export const tierShape = z.strictObject({
  key: described(
    z.optional(z.string().check(z.minLength(1), z.maxLength(100), idCharacters)),
    'Permanent: badges store it as id#key. Default: the target',
  ),
  target: z.unknown(),
  formerly,
  title: z.optional(localizedText),
  reward: z.optional(rewardShape),
})

export const milestoneShape = z.strictObject({
  id: described(z.string().check(z.maxLength(200), idCharacters), 'Permanent: badges store it'),
  formerly,
  title: localizedText,
  description: z.optional(z.union([z.string(), z.record(text, z.string())])),
  hint: described(z.optional(localizedText), 'What to do to reach it. Replaces the sentence made from the requirement'),
  icon: z.optional(z.string()),
  category: z.optional(z.string()),
  requirement: z.optional(z.unknown()),
  reward: z.optional(rewardShape),
  rarity: z.optional(z.enum(rarities)),
  tiers: described(
    z.optional(z.array(z.unknown()).check(z.minLength(1))),
    'Rising targets (falling where lower is better). Each is its own badge, named by its key: id#gold. A number is its own key: id#50',
  ),
  tierMode: described(z.optional(z.enum(['join', 'replace'])), 'Whether all tiers are shown or only the highest'),
  repeatable: described(
    z.optional(
      z.strictObject({
        cooldown: described(z.optional(text), 'An ISO 8601 duration. Completions within it after a badge do not count'),
        max: z.optional(points),
      }),
    ),
    'Again at each further multiple of the target (id@1, id@2, …), or in each period of during (id@2026-11)',
  ),
  expiresAfter: described(
    z.optional(text),
    'An ISO 8601 duration, also in years and months (P1Y): how long after its date a badge is valid. An expired badge is still held and keeps its points, but unlocks nothing',
  ),
  after: described(z.optional(texts), 'Badges that must be held as well'),
  available: z.optional(timeWindow),
  retired: described(z.optional(z.boolean()), 'No longer awarded. Users who have it keep it'),
  onUndo: described(
    z.optional(z.enum(['revoke', 'keep'])),
    'Whether its badge goes when what it rests on is undone, or stays',
  ),
  hidden: z.optional(z.union([z.boolean(), z.literal('until-earned')])),
})

const fixedRuleShape = z.strictObject({
  category,
  where: z.optional(where),
  points: described(points, 'Points for each completion'),
  per: described(
    z.optional(text),
    'The metadata property that says what was done, such as a quiz that can be taken again',
  ),
  take: described(
    z.optional(take),
    'Each item gives what its best completion offers: a better one adds only the difference',
  ),
  once: described(z.optional(z.literal(true)), 'Each item gives points once, for its first completion in time'),
  cap: described(
    z.optional(z.strictObject({ per: z.enum(['day', 'week', 'month', 'ever']), points })),
    'The most points that the rule gives a user in a period of the user, or in all',
  ),
  cooldown: described(
    z.optional(text),
    'An ISO 8601 duration of fixed length, such as PT60S. Completions within it after one that gave points give none',
  ),
})

/** The shapes of a points rule: with a number of points, and with a number in the metadata that says how many. */
export const pointsRuleShapes = {
  fixed: fixedRuleShape,
  byProperty: z.extend(fixedRuleShape, {
    points: described(
      z.strictObject({ property: text, per: described(z.optional(positiveNumber), 'One point for each. Default: 1') }),
      'One point for every so much of a number in the metadata, rounded down',
    ),
  }),
} as const

export const boostShape = z.strictObject({
  from: described(text, 'A local day of the user (2026-12-24) or an instant (2026-12-24T00:00:00Z)'),
  until: described(text, 'Excluded'),
  times: described(
    z.number().check(z.gt(1), z.maximum(boostLimit)),
    'How many times as many points completions give. Rounded down. If several boosts apply, only the largest does',
  ),
  category: z.optional(category),
  where: z.optional(where),
})

const levelNames = z.optional(z.array(text))

export const levelShapes = {
  every: z.strictObject({ every: points, names: levelNames }),
  thresholds: z.strictObject({
    thresholds: z.array(z.int().check(z.minimum(1))).check(z.minLength(1)),
    names: levelNames,
  }),
} as const

export const catalogShape = z.strictObject({
  $schema: z.optional(z.string()),
  locale: described(z.optional(text), 'The language of plain texts (BCP 47); Default: en'),
  categories: z.optional(texts),
  tutorialCategories: z.optional(
    z.strictObject({
      tutorial: z.optional(text),
      tutorialStep: z.optional(text),
      quiz: z.optional(text),
      workflow: z.optional(text),
      action: z.optional(text),
    }),
  ),
  labels: z.optional(z.unknown()),
  levels: z.optional(z.unknown()),
  points: described(z.optional(z.array(z.unknown())), 'Points for completions themselves'),
  boosts: described(z.optional(z.array(z.unknown())), 'Times in which completions give more points'),
  milestones: z.array(z.unknown()),
})
