import type { ObjectShape, Shape } from '../values/shape.js'
import {
  boostShape,
  catalogShape,
  labelShape,
  levelShapes,
  milestoneShape,
  pointsRuleShapes,
  retentionShape,
  tierShape,
} from './catalog-schema.js'

// Apart from the shapes, since only editors read the descriptions and every bundle of the library has the shapes.
const localized = 'A text, or the text by locale (BCP 47), the locale of the catalog among them'
const formerly =
  'Ids that its badges had before: apply gives those badges this id, with their dates, points and decisions'
const keep = 'Whether users who lose points keep the highest level that they reached; Default: false'
const pointsRule = {
  points: 'Points for each completion',
  per: 'The metadata property that says what was done, such as a quiz that can be taken again',
  take: 'Each item gives what its best completion offers: a better one adds only the difference',
  once: 'Each item gives points once, for its first completion in time',
  cap: 'The most points that the rule gives a user in a period of the user, or in all',
  cooldown:
    'An ISO 8601 duration of fixed length, such as PT60S. Completions within it after one that gave points give none',
}

/** The shapes of a catalog, each option with what editors show about it. */
export const describedShapes = {
  label: {
    ...described(labelShape, { verb: 'What a user does with it, as a request: read' }),
    description: 'Words by the plural rules of their language: { one: page, other: pages, verb: read }',
  },
  milestone: described(milestoneShape, {
    id: 'Permanent: badges store it',
    formerly,
    title: localized,
    hint: 'What to do to reach it. Replaces the sentence made from the requirement',
    'reward.badge': localized,
    tiers:
      'Rising targets (falling where lower is better). Each is its own badge, named by its key: id#gold. A number is its own key: id#50',
    tierMode: 'Whether all tiers are shown or only the highest',
    repeatable:
      'Again at each further multiple of the target (id@1, id@2, …), or in each period of during (id@2026-11)',
    'repeatable.cooldown': 'An ISO 8601 duration. Completions within it after a badge do not count',
    expiresAfter:
      'An ISO 8601 duration, also in years and months (P1Y): how long after its date a badge is valid. An expired badge is still held and keeps its points, but unlocks nothing',
    after: 'Badges that must be held as well',
    retired: 'No longer awarded. Users who have it keep it',
    onUndo:
      'Whether its badge goes when what it rests on is undone, or stays. Default: revoke; of a level that is kept: keep',
  }),
  tier: described(tierShape, {
    key: 'Permanent: badges store it as id#key. Default: the target',
    formerly,
    title: localized,
    'reward.badge': localized,
  }),
  fixedRule: described(pointsRuleShapes.fixed, pointsRule),
  ruleByProperty: described(pointsRuleShapes.byProperty, {
    ...pointsRule,
    points: 'One point for every so much of a number in the metadata, rounded down',
    'points.per': 'One point for each. Default: 1',
  }),
  boost: described(boostShape, {
    from: 'A local day of the user (2026-12-24) or an instant (2026-12-24T00:00:00Z)',
    until: 'Excluded',
    times:
      'How many times as many points completions give. Rounded down. If several boosts apply, only the largest does',
  }),
  retention: described(retentionShape, {
    keep: 'An ISO 8601 duration, such as P730D. Older completions are replaced by what was counted from them',
  }),
  levelsEvery: described(levelShapes.every, { keep }),
  levelThresholds: described(levelShapes.thresholds, { keep }),
  catalog: described(catalogShape, {
    locale: 'The language of plain texts (BCP 47); Default: en',
    dayStartsAt: "When local days start, by the user's clock: from 00:00 (default) to 12:00",
    points: 'Points for completions themselves',
    boosts: 'Times in which completions give more points',
    retention: 'How long completions are kept',
  }),
}

/** Adds a description to each option that is named by its path. */
function described(shape: ObjectShape, texts: Readonly<Record<string, string>>): ObjectShape {
  return Object.entries(texts).reduce((found, [path, text]) => describedAt(found, path.split('.'), text), shape)
}

function describedAt<Described extends Shape>(
  shape: Described,
  path: readonly string[],
  description: string,
): Described {
  const [name, ...rest] = path
  if (name === undefined) return { ...shape, description }
  const { [name]: property, ...others } = shape.properties ?? {}
  if (!property) throw new TypeError(`There is no option ${name}.`)
  return { ...shape, properties: { ...others, [name]: describedAt(property, rest, description) } }
}
