import { type KindName, kindNames, metricKinds } from '../metrics/kinds.js'
import type { ObjectShape, Shape } from '../values/shape.js'
import { boardless } from './board.js'
import {
  boardMetricShapes,
  boardShape,
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
const coins = 'Coins by currency, which users can spend: { gems: 5 }'
const keep = 'Whether users who lose points keep the highest level that they reached; Default: false'
const filter = {
  category: 'One category, or several that are counted together',
  where: 'Only completions whose metadata matches',
  'where.*': 'Tests of one metadata property. All of them must pass',
}
const period =
  'From `from` until `until` (excluded): local days of the user (2026-12-01) or instants (2026-12-01T00:00:00Z)'
const metric = {
  ...filter,
  items: 'Only these item keys',
  'items.1': 'The items of a list that your app keeps with setItems',
  when: "Only at these hours (22:00, `until` excluded, also over midnight) or on the days on which they begin, by the user's clock",
}
const limits = {
  during: 'Only completions within one calendar period of the user (the best one counts), or within a time window',
  'during.1': period,
}
const within = 'An ISO 8601 duration of fixed length, such as P7D: only completions within this time'

/** What editors show about the options of each kind of metric. */
const kindTexts: Readonly<Record<KindName, Readonly<Record<string, string>>>> = {
  count: {
    ...metric,
    ...limits,
    within,
    distinct: 'Counts each value of this metadata property once',
    share: 'How much of the items it takes, in place of a target: 0.8 for 80 %, rounded up to whole items',
  },
  total: {
    ...metric,
    ...limits,
    within,
    per: 'With take: only the best number for each value of this metadata property counts',
  },
  best: { ...metric, ...limits },
  lowest: { ...metric, during: period },
  streak: {
    ...metric,
    atLeast: 'How many completions a period takes to count. Default: 1',
    on: 'Only these days of the week: other days neither count nor break the streak',
    grace: 'How many periods may be missed in each gap',
    freezes: 'One is earned for each `every` periods of the streak, up to `max`. Each is used for a missed period',
  },
}
const pointsRule = {
  ...filter,
  currency: 'A currency of the catalog: completions then give coins in place of points',
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
  kinds: Object.fromEntries(
    kindNames.map(name => [name, described(metricKinds[name].shape, kindTexts[name])]),
  ) as Readonly<Record<KindName, ObjectShape>>,
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
    'reward.coins': coins,
    tiers:
      'Rising targets (falling where lower is better). Each is its own badge, named by its key: id#gold. A number is its own key: id#50',
    tierMode: 'Whether all tiers are shown or only the highest',
    repeatable:
      'Again at each further multiple of the target (id@1, id@2, …), or in each period of during (id@2026-11)',
    'repeatable.cooldown': 'An ISO 8601 duration. Completions within it after a badge do not count',
    expiresAfter:
      'An ISO 8601 duration, also in years and months (P1Y): how long after its date a badge is valid. An expired badge is still held and keeps its points, but unlocks nothing',
    limit: 'How many users can have its badge: the first ones, by recording. With tiers: how many can have each tier',
    after: 'Badges that must be held as well',
    available: period,
    retired: 'No longer awarded. Users who have it keep it',
    onUndo:
      'Whether its badge goes when what it rests on is undone, or stays. Default: revoke; of a level that is kept: keep',
  }),
  tier: described(tierShape, {
    key: 'Permanent: badges store it as id#key. Default: the target',
    formerly,
    title: localized,
    'reward.badge': localized,
    'reward.coins': coins,
  }),
  fixedRule: described(pointsRuleShapes.fixed, pointsRule),
  ruleByProperty: described(pointsRuleShapes.byProperty, {
    ...pointsRule,
    points: 'One point for every so much of a number in the metadata, rounded down',
    'points.per': 'One point for each. Default: 1',
  }),
  boost: described(boostShape, {
    ...filter,
    from: 'A local day of the user (2026-12-24) or an instant (2026-12-24T00:00:00Z)',
    until: 'Excluded',
    times:
      'How many times as many points completions give. Rounded down. If several boosts apply, only the largest does',
  }),
  retention: described(retentionShape, {
    category: filter.category,
    keep: 'An ISO 8601 duration, such as P730D. Older completions are replaced by what was counted from them',
  }),
  board: described(boardShape, {
    id: 'Permanent: getLeaderboard reads the board by it',
    title: localized,
    by: 'Points, the number of badges, or a metric: a requirement without a target',
    period: 'A new board starts with each of these. Default: all time',
    timeZone: 'The zone of calendar periods, and of seasons whose dates are days (IANA). Default: UTC',
    weekStartsOn: 'Default: mon. Only with weeks',
    seasons: 'Times with names, which do not overlap',
  }),
  boardMetrics: Object.fromEntries(
    kindNames.map(name => {
      const texts = Object.entries(kindTexts[name]).filter(([path]) => !boardless.some(key => path.startsWith(key)))
      return [name, described(boardMetricShapes[name], Object.fromEntries(texts))]
    }),
  ) as Readonly<Record<KindName, ObjectShape>>,
  levelsEvery: described(levelShapes.every, { keep }),
  levelThresholds: described(levelShapes.thresholds, { keep }),
  catalog: described(catalogShape, {
    locale: 'The language of plain texts (BCP 47); Default: en',
    dayStartsAt: "When local days start, by the user's clock: from 00:00 (default) to 12:00",
    currencies: 'Coins that users earn and spend',
    points: 'Points for completions themselves',
    boosts: 'Times in which completions give more points',
    retention: 'How long completions are kept',
    boards: 'Leaderboards besides that of all points',
  }),
}

/** Adds a description to each option that is named by its path. `*`: all properties; a number: one of several shapes. */
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
  const { properties = {}, additionalProperties, anyOf } = shape
  const { [name]: property, ...others } = properties
  if (property) return { ...shape, properties: { ...others, [name]: describedAt(property, rest, description) } }
  if (name === '*' && additionalProperties)
    return { ...shape, additionalProperties: describedAt(additionalProperties, rest, description) }
  if (!anyOf?.[Number(name)]) throw new TypeError(`There is no option ${name}.`)
  return { ...shape, anyOf: anyOf.with(Number(name), describedAt(anyOf[Number(name)]!, rest, description)) }
}
