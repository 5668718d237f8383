import { category, positiveNumber, text, texts, timeWindow, where, wholeTarget } from '../metrics/filter-shape.js'
import { take } from '../metrics/kinds/take-shape.js'
import { type KindName, kindNames, metricKinds } from '../metrics/kinds.js'
import { dayStartPattern } from '../time/day-start.js'
import {
  anything,
  boolean,
  described,
  extend,
  filledList,
  integer,
  list,
  literal,
  number,
  type ObjectShape,
  object,
  oneOf,
  optional,
  record,
  string,
  union,
} from '../values/shape.js'
import { rarities } from './rarity.js'

/** The most points that one milestone may give, so that sums stay exact in JavaScript. */
export const rewardPointsLimit = 1_000_000_000

/** The most times as many points that a boost may give. */
const boostLimit = 100

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

const localizedText = described(
  union([text, record(text, text)]),
  'A text, or the text by locale (BCP 47), the locale of the catalog among them',
)

const word = string({ minLength: 1, maxLength: 100 })

/** The shape of a label: the forms of `Intl.PluralRules`, and a verb. */
export const labelShape = described(
  object({
    zero: optional(word),
    one: word,
    two: optional(word),
    few: optional(word),
    many: optional(word),
    other: word,
    verb: described(optional(word), 'What a user does with it, as a request: read'),
  }),
  'Words by the plural rules of their language: { one: page, other: pages, verb: read }',
)

const points = integer({ minimum: 1, maximum: rewardPointsLimit })

const rewardShape = object({
  badge: optional(localizedText),
  badgeIcon: optional(string()),
  points: optional(integer({ minimum: 0, maximum: rewardPointsLimit })),
  unlocks: optional(list(text)),
})

const formerly = described(
  optional(filledList(string({ minLength: 1, maxLength: 512 }))),
  'Ids that its badges had before: apply gives those badges this id, with their dates, points and decisions',
)

const idCharacters = '^[A-Za-z0-9._:-]+$'

export const tierShape = object({
  key: described(
    optional(string({ minLength: 1, maxLength: 100, pattern: idCharacters })),
    'Permanent: badges store it as id#key. Default: the target',
  ),
  target: anything,
  formerly,
  title: optional(localizedText),
  reward: optional(rewardShape),
})

export const milestoneShape = object({
  id: described(string({ maxLength: 200, pattern: idCharacters }), 'Permanent: badges store it'),
  formerly,
  title: localizedText,
  description: optional(union([string(), record(text, string())])),
  hint: described(optional(localizedText), 'What to do to reach it. Replaces the sentence made from the requirement'),
  icon: optional(string()),
  category: optional(string()),
  requirement: optional(anything),
  reward: optional(rewardShape),
  rarity: optional(oneOf(rarities)),
  tiers: described(
    optional(filledList(anything)),
    'Rising targets (falling where lower is better). Each is its own badge, named by its key: id#gold. A number is its own key: id#50',
  ),
  tierMode: described(optional(oneOf(['join', 'replace'])), 'Whether all tiers are shown or only the highest'),
  repeatable: described(
    optional(
      object({
        cooldown: described(optional(text), 'An ISO 8601 duration. Completions within it after a badge do not count'),
        max: optional(points),
      }),
    ),
    'Again at each further multiple of the target (id@1, id@2, …), or in each period of during (id@2026-11)',
  ),
  expiresAfter: described(
    optional(text),
    'An ISO 8601 duration, also in years and months (P1Y): how long after its date a badge is valid. An expired badge is still held and keeps its points, but unlocks nothing',
  ),
  after: described(optional(texts), 'Badges that must be held as well'),
  available: optional(timeWindow),
  retired: described(optional(boolean), 'No longer awarded. Users who have it keep it'),
  onUndo: described(
    optional(oneOf(['revoke', 'keep'])),
    'Whether its badge goes when what it rests on is undone, or stays. Default: revoke; of a level that is kept: keep',
  ),
  hidden: optional(union([boolean, literal('until-earned')])),
})

const fixedRuleShape = object({
  category,
  where: optional(where),
  points: described(points, 'Points for each completion'),
  per: described(
    optional(text),
    'The metadata property that says what was done, such as a quiz that can be taken again',
  ),
  take: described(
    optional(take),
    'Each item gives what its best completion offers: a better one adds only the difference',
  ),
  once: described(optional(literal(true)), 'Each item gives points once, for its first completion in time'),
  cap: described(
    optional(object({ per: oneOf(['day', 'week', 'month', 'ever']), points })),
    'The most points that the rule gives a user in a period of the user, or in all',
  ),
  cooldown: described(
    optional(text),
    'An ISO 8601 duration of fixed length, such as PT60S. Completions within it after one that gave points give none',
  ),
})

/** The shapes of a points rule: with a number of points, and with a number in the metadata that says how many. */
export const pointsRuleShapes = {
  fixed: fixedRuleShape,
  byProperty: extend(fixedRuleShape, {
    points: described(
      object({ property: text, per: described(optional(positiveNumber), 'One point for each. Default: 1') }),
      'One point for every so much of a number in the metadata, rounded down',
    ),
  }),
} as const

export const boostShape = object({
  from: described(text, 'A local day of the user (2026-12-24) or an instant (2026-12-24T00:00:00Z)'),
  until: described(text, 'Excluded'),
  times: described(
    number({ exclusiveMinimum: 1, maximum: boostLimit }),
    'How many times as many points completions give. Rounded down. If several boosts apply, only the largest does',
  ),
  category: optional(category),
  where: optional(where),
})

export const retentionShape = object({
  category,
  keep: described(
    text,
    'An ISO 8601 duration, such as P730D. Older completions are replaced by what was counted from them',
  ),
})

const levelNames = optional(list(text))

const levelKeep = described(
  optional(boolean),
  'Whether users who lose points keep the highest level that they reached; Default: false',
)

export const levelShapes = {
  every: object({ every: points, names: levelNames, keep: levelKeep }),
  thresholds: object({
    thresholds: filledList(integer({ minimum: 1 })),
    names: levelNames,
    keep: levelKeep,
  }),
} as const

export const catalogShape = object({
  $schema: optional(string()),
  locale: described(optional(text), 'The language of plain texts (BCP 47); Default: en'),
  categories: optional(texts),
  dayStartsAt: described(
    optional(string({ pattern: dayStartPattern.source })),
    "When local days start, by the user's clock: from 00:00 (default) to 12:00",
  ),
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
  points: described(optional(list(anything)), 'Points for completions themselves'),
  boosts: described(optional(list(anything)), 'Times in which completions give more points'),
  retention: described(optional(list(anything)), 'How long completions are kept'),
  milestones: list(anything),
})
