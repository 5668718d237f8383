import { category, positiveNumber, text, texts, timeWindow, where, wholeTarget } from '../metrics/filter-shape.js'
import { take } from '../metrics/kinds/take-shape.js'
import { type KindName, kindNames, metricKinds } from '../metrics/kinds.js'
import { dayStartPattern } from '../time/day-start.js'
import { periodUnits } from '../time/period.js'
import { weekdays } from '../time/weekday.js'
import {
  anything,
  boolean,
  extend,
  filledList,
  integer,
  list,
  literal,
  number,
  type ObjectShape,
  object,
  omit,
  oneOf,
  optional,
  record,
  string,
  union,
} from '../values/shape.js'
import { boardless } from './board.js'
import { rarities } from './rarity.js'

/** The most points that one milestone may give, so that sums stay exact in JavaScript. */
export const rewardPointsLimit = 1_000_000_000

/** The most times as many points that a boost may give. */
const boostLimit = 100

/** The most users who can be limited to. A counter of more would hold up those who wait for it. */
const placesLimit = 1_000_000

/** The most times that a milestone over points, levels or milestones may repeat. */
export const repeatLimit = 1_000

const kindShapes = Object.fromEntries(kindNames.map(name => [name, metricKinds[name].shape])) as Readonly<
  Record<KindName, ObjectShape>
>

/**
 * The shapes of requirements by type. Types with two forms (a count or a list) allow both here; separate checks reject
 * the wrong combinations.
 */
export const requirementShapes = {
  tutorials_completed: object({
    type: literal('tutorials_completed'),
    count: optional(wholeTarget),
    tutorialIds: optional(texts),
  }),
  steps_completed: object({ type: literal('steps_completed'), count: wholeTarget }),
  quiz_perfect: object({ type: literal('quiz_perfect'), minScore: optional(number()) }),
  workflows_completed: object({
    type: literal('workflows_completed'),
    count: optional(wholeTarget),
    workflowIds: optional(texts),
  }),
  actions_completed: object({ type: literal('actions_completed'), count: wholeTarget }),
  ...kindShapes,
  points: object({ type: literal('points'), target: wholeTarget }),
  level: object({ type: literal('level'), target: integer({ minimum: 2 }) }),
  milestones: object({
    type: literal('milestones'),
    ids: texts,
    target: optional(wholeTarget),
  }),
} as const

/** The shape of a composite, without its parts, which are checked one by one. */
export const compositeShapes = {
  all: object({ type: literal('all'), of: filledList(anything) }),
  any: object({ type: literal('any'), of: filledList(anything) }),
  some: object({
    type: literal('some'),
    of: filledList(anything),
    target: wholeTarget,
  }),
} as const

const localizedText = union([text, record(text, text)])

const word = string({ minLength: 1, maxLength: 100 })

/** The shape of a label: the forms of `Intl.PluralRules`, and a verb. */
export const labelShape = object({
  zero: optional(word),
  one: word,
  two: optional(word),
  few: optional(word),
  many: optional(word),
  other: word,
  verb: optional(word),
})

const points = integer({ minimum: 1, maximum: rewardPointsLimit })

const rewardShape = object({
  badge: optional(localizedText),
  badgeIcon: optional(string()),
  points: optional(integer({ minimum: 0, maximum: rewardPointsLimit })),
  coins: optional(record(text, points)),
  unlocks: optional(list(text)),
})

const formerly = optional(filledList(string({ minLength: 1, maxLength: 512 })))

const idCharacters = '^[A-Za-z0-9._:-]+$'

/** Matches what a currency can be called. */
export const isCurrency: RegExp = /^[A-Za-z0-9._:-]{1,50}$/

export const tierShape = object({
  key: optional(string({ minLength: 1, maxLength: 100, pattern: idCharacters })),
  target: anything,
  formerly,
  title: optional(localizedText),
  reward: optional(rewardShape),
})

export const milestoneShape = object({
  id: string({ maxLength: 200, pattern: idCharacters }),
  formerly,
  title: localizedText,
  description: optional(union([string(), record(text, string())])),
  hint: optional(localizedText),
  icon: optional(string()),
  category: optional(string()),
  requirement: optional(anything),
  reward: optional(rewardShape),
  rarity: optional(oneOf(rarities)),
  tiers: optional(filledList(anything)),
  tierMode: optional(oneOf(['join', 'replace'])),
  repeatable: optional(
    object({
      cooldown: optional(text),
      max: optional(points),
    }),
  ),
  expiresAfter: optional(text),
  limit: optional(integer({ minimum: 1, maximum: placesLimit })),
  after: optional(texts),
  available: optional(timeWindow),
  retired: optional(boolean),
  onUndo: optional(oneOf(['revoke', 'keep'])),
  hidden: optional(union([boolean, literal('until-earned')])),
})

const fixedRuleShape = object({
  category,
  where: optional(where),
  currency: optional(text),
  points: points,
  per: optional(text),
  take: optional(take),
  once: optional(literal(true)),
  cap: optional(object({ per: oneOf(['day', 'week', 'month', 'ever']), points })),
  cooldown: optional(text),
})

/** The shapes of a points rule: with a number of points, and with a number in the metadata that says how many. */
export const pointsRuleShapes = {
  fixed: fixedRuleShape,
  byProperty: extend(fixedRuleShape, {
    points: object({ property: text, per: optional(positiveNumber) }),
  }),
} as const

export const boostShape = object({
  from: text,
  until: text,
  times: number({ exclusiveMinimum: 1, maximum: boostLimit }),
  category: optional(category),
  where: optional(where),
})

export const retentionShape = object({
  category,
  keep: text,
})

/** The shapes of what a board counts. */
export const boardMetricShapes = Object.fromEntries(
  kindNames.map(name => [name, omit(kindShapes[name], boardless)]),
) as Readonly<Record<KindName, ObjectShape>>

export const boardShape = object({
  id: string({ minLength: 1, maxLength: 200, pattern: idCharacters }),
  title: localizedText,
  by: anything,
  period: optional(oneOf(periodUnits)),
  timeZone: optional(text),
  weekStartsOn: optional(oneOf(weekdays)),
  seasons: optional(filledList(object({ name: localizedText, from: text, until: text }))),
})

const levelNames = optional(list(text))

export const levelShapes = {
  every: object({ every: points, names: levelNames, keep: optional(boolean) }),
  thresholds: object({
    thresholds: filledList(integer({ minimum: 1 })),
    names: levelNames,
    keep: optional(boolean),
  }),
} as const

export const catalogShape = object({
  $schema: optional(string()),
  locale: optional(text),
  categories: optional(texts),
  dayStartsAt: optional(string({ pattern: dayStartPattern.source })),
  tutorialCategories: optional(
    object({
      tutorial: optional(text),
      tutorialStep: optional(text),
      quiz: optional(text),
      workflow: optional(text),
      action: optional(text),
    }),
  ),
  labels: optional(anything),
  levels: optional(anything),
  currencies: optional(filledList(string({ pattern: isCurrency.source }))),
  points: optional(list(anything)),
  boosts: optional(list(anything)),
  retention: optional(list(anything)),
  boards: optional(list(anything)),
  milestones: list(anything),
})
