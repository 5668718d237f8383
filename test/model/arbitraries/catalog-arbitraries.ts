import fc from 'fast-check'
import type { BoardMetric } from '../../../src/core/catalog/board.js'
import type { CatalogDefinition } from '../../../src/core/catalog/catalog.js'
import type { LevelRule } from '../../../src/core/catalog/level.js'
import type {
  Hiding,
  MilestoneDefinition,
  OnUndo,
  Repetition,
  TierDefinition,
} from '../../../src/core/catalog/milestone.js'
import type { Requirement } from '../../../src/core/metrics/requirement.js'
import type { When } from '../../../src/core/metrics/when.js'
import type { Where } from '../../../src/core/metrics/where.js'
import { weekdays } from '../../../src/core/time/weekday.js'
import type { TimeWindow } from '../../../src/core/time/window.js'
import { sourceOf } from '../reference-points.js'
import { categories, category, dayStart, item, listName } from './arbitraries.js'
import { boost, categoryOrList, cooldown, from, pointsRule, rarely, until, where } from './rule-arbitraries.js'

const optional = { requiredKeys: [] as [], noNullPrototype: true as const }

const itemList = fc.uniqueArray(item, { minLength: 1, maxLength: 5 })
const itemsOrList = fc.oneof(itemList, fc.record({ list: listName }))

// The hours at which completions are, in some zone, and such as go over midnight.
const time = fc.constantFrom('00:00', '01:00', '06:45', '12:00', '22:00', '23:59')
const hours = fc.record({ from: time, until: time }, optional).filter(({ from = '00:00', until }) => from !== until)
const days = fc.subarray([...weekdays], { minLength: 1 })
const when: fc.Arbitrary<When> = fc
  .tuple(hours, fc.option(days, { nil: undefined }))
  .map(([hours, days]) => ({ ...hours, ...(days && { days }) }))
  .filter(given => Object.keys(given).length > 0)

const filter = fc
  .record({
    category: categoryOrList,
    where: rarely<Where>(where, {}),
    when: rarely<When | null>(fc.option(when), null),
  })
  .map(({ category, where, when }) => ({
    category,
    ...(Object.keys(where).length > 0 && { where }),
    ...(when && { when }),
  }))
const filterWithItems = fc.oneof(
  { weight: 4, arbitrary: filter },
  {
    weight: 1,
    arbitrary: fc.record({ filter, items: itemsOrList }).map(({ filter, items }) => ({ ...filter, items })),
  },
)

const unit = fc.constantFrom('day' as const, 'day' as const, 'week' as const, 'month' as const, 'year' as const)

const window: fc.Arbitrary<TimeWindow> = fc.oneof(fc.record({ from }), fc.record({ until }), fc.record({ from, until }))

const within = fc.constantFrom('PT12H', 'P1D', 'P2D', 'P1W')
const nothing = fc.constant({})
const share = fc.record({ share: fc.constantFrom(0.2, 0.5, 0.7, 0.8, 1) }, optional)
const duringOnly = fc.oneof(
  { weight: 3, arbitrary: nothing },
  { weight: 2, arbitrary: fc.record({ during: unit }) },
  { weight: 1, arbitrary: fc.record({ during: window }) },
)
const duringOrWithin = fc.oneof(
  { weight: 3, arbitrary: duringOnly },
  { weight: 1, arbitrary: fc.record({ within }) },
  { weight: 1, arbitrary: fc.record({ within, during: window }) },
)

/** A requirement but for its target, and the targets that it may have, each harder than the one before. */
type Open = { readonly requirement: object; readonly targets: readonly number[] }

function openOf(
  base: fc.Arbitrary<object>,
  { targets, ...fixed }: { readonly type: string; readonly property?: string; readonly targets: readonly number[] },
): fc.Arbitrary<Open> {
  return base.map(given => ({ requirement: { ...fixed, ...given }, targets }))
}

const merged = (...parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map(given => Object.assign({}, ...given))

const plainCount = openOf(merged(filter, duringOrWithin), { type: 'count', targets: [1, 2, 3, 4, 5] })
const distinctCount = openOf(
  merged(filter, duringOnly, fc.record({ distinct: fc.constantFrom('lang', 'n', 'quizScore') })),
  { type: 'count', targets: [1, 2, 3, 4, 5] },
)
const total = openOf(merged(filterWithItems, duringOrWithin), {
  type: 'total',
  property: 'n',
  targets: [0.1, 0.3, 0.6, 3, 12],
})
const attempts = openOf(
  merged(
    filterWithItems,
    duringOnly,
    fc.record({ per: fc.constantFrom('lang', 'quizScore') }),
    fc.constant({ take: 'best' }),
  ),
  { type: 'total', property: 'n', targets: [0.3, 1.2, 3, 5, 13] },
)
const best = openOf(merged(filterWithItems, duringOnly), { type: 'best', property: 'n', targets: [0.2, 1, 2.5, 10] })
const lowest = openOf(merged(filterWithItems, fc.oneof(nothing, nothing, fc.record({ during: window }))), {
  type: 'lowest',
  property: 'n',
  targets: [2.5, 1, 0.2, 0, -1],
})
// Of anything at all or of something, so that there are days in a row.
const streakFilter = fc.oneof(fc.constant({ category: categories }), filterWithItems)
const streakOptions = fc.oneof(
  fc.record({ grace: fc.constantFrom(0, 1, 2) }, optional),
  fc.record(
    {
      grace: fc.constantFrom(0, 1),
      atLeast: fc.constantFrom(1, 2, 3),
      on: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1, maxLength: 7, size: 'max' }),
      freezes: fc.record({ every: fc.constantFrom(1, 2, 3), max: fc.constantFrom(1, 2) }),
    },
    optional,
  ),
)
const streakOf = (every: 'day' | 'week' | 'month', targets: readonly number[]): fc.Arbitrary<Open> =>
  openOf(merged(streakFilter, streakOptions, fc.constant({ every })), {
    type: 'streak',
    targets,
  })
const dayStreak = streakOf('day', [1, 2, 3, 4, 5, 6])
const streak = fc.oneof(
  { weight: 3, arbitrary: dayStreak },
  { weight: 1, arbitrary: streakOf('week', [1, 2, 3]) },
  { weight: 1, arbitrary: streakOf('month', [1, 2]) },
)
/** What a board may count: a metric without a target or a time of its own. */
export const measure: fc.Arbitrary<BoardMetric> = fc
  .oneof(plainCount, distinctCount, total, attempts, best, lowest, streak)
  .map(({ requirement }) => {
    const { during: _, within: __, ...rest } = requirement as { readonly during?: unknown; readonly within?: unknown }
    return rest as BoardMetric
  })

const points = openOf(nothing, { type: 'points', targets: [1, 15, 30, 45, 60, 90] })
const level = openOf(nothing, { type: 'level', targets: [2, 3, 4] })

function milestones(ids: readonly string[], least = 1): fc.Arbitrary<Open> {
  return fc
    .uniqueArray(fc.constantFrom(...ids), { minLength: least, maxLength: Math.max(least, 3) })
    .map(chosen => ({ requirement: { type: 'milestones', ids: chosen }, targets: chosen.map((_, i) => i + 1) }))
}

// Low targets more often: much is to be reached, and what is reached comes again.
const closed = ({ requirement, targets }: Open): fc.Arbitrary<Requirement> =>
  fc.constantFrom(...targets, ...targets.slice(0, 2)).map(target => ({ ...requirement, target }) as Requirement)

const tutorials = fc.oneof(
  fc
    .record({
      type: fc.constantFrom('tutorials_completed', 'steps_completed', 'actions_completed', 'workflows_completed'),
      count: fc.integer({ min: 1, max: 5 }),
    })
    .map(given => given as Requirement),
  fc
    .constantFrom(50, 99, undefined)
    .map((minScore): Requirement => ({ type: 'quiz_perfect', ...(minScore ? { minScore } : {}) })),
)

function leaf(ids: readonly string[]): fc.Arbitrary<Requirement> {
  const open = [plainCount, distinctCount, total, attempts, best, lowest, streak, streak, points, level]
  return fc.oneof(
    { weight: 8, arbitrary: fc.oneof(...open, ...(ids.length > 0 ? [milestones(ids)] : [])).chain(closed) },
    { weight: 1, arbitrary: tutorials },
    {
      weight: 1,
      arbitrary: merged(fc.record({ category, items: itemsOrList }), share, duringOrWithin).map(
        given => ({ type: 'count', ...given }) as Requirement,
      ),
    },
    {
      weight: 1,
      arbitrary: fc.oneof(
        ids.length > 0
          ? fc
              .uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 })
              .map((chosen): Requirement => ({ type: 'milestones', ids: chosen }))
          : itemList.map((workflowIds): Requirement => ({ type: 'workflows_completed', workflowIds })),
        itemList.map((tutorialIds): Requirement => ({ type: 'tutorials_completed', tutorialIds })),
      ),
    },
  )
}

function requirement(ids: readonly string[], depth: number): fc.Arbitrary<Requirement> {
  if (depth === 0) return leaf(ids)
  const of = fc.array(requirement(ids, depth - 1), { minLength: 1, maxLength: 3 })
  return fc.oneof(
    { weight: 6, arbitrary: leaf(ids) },
    { weight: 1, arbitrary: of.map((parts): Requirement => ({ type: 'all', of: parts })) },
    { weight: 1, arbitrary: of.map((parts): Requirement => ({ type: 'any', of: parts })) },
    {
      weight: 1,
      arbitrary: of.chain(parts =>
        fc.integer({ min: 1, max: parts.length }).map((target): Requirement => ({ type: 'some', of: parts, target })),
      ),
    },
  )
}

/** What others have to know of a milestone to name its badges. */
type Shape =
  | { readonly type: 'plain' }
  | { readonly type: 'tiered'; readonly count: number }
  | { readonly type: 'repeatable'; readonly repeatable: Repetition }

const shape: fc.Arbitrary<Shape> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: 'plain' as const }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('tiered' as const), count: fc.constantFrom(2, 3) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('repeatable' as const),
      repeatable: fc.oneof(
        fc.record({ max: fc.constantFrom(1, 2, 3) }, optional),
        fc.record({ cooldown, max: fc.constantFrom(1, 2, 3) }, { requiredKeys: ['cooldown'], noNullPrototype: true }),
      ),
    }),
  },
)

const tierKeys = ['silver', 'gold', 'all-star']

function badgeIdsOf(shape: Shape, i: number): string[] {
  switch (shape.type) {
    case 'plain':
      return [`m${i}`]
    case 'tiered':
      return tierKeys.slice(0, shape.count).map(key => `m${i}#${key}`)
    case 'repeatable':
      // Whether numbers or periods name the times, the milestone itself stands for any of them.
      return [`m${i}`]
  }
}

type Goal = Pick<MilestoneDefinition, 'requirement' | 'tiers' | 'tierMode' | 'repeatable'>

function goal(shape: Shape, ids: readonly string[]): fc.Arbitrary<Goal> {
  switch (shape.type) {
    case 'plain':
      return requirement(ids, 2).map(requirement => ({ requirement }))
    case 'tiered':
      return tiered(shape.count, ids)
    case 'repeatable':
      return repeatable(shape.repeatable, ids).map(requirement => ({ requirement, repeatable: shape.repeatable }))
  }
}

function tiered(count: number, ids: readonly string[]): fc.Arbitrary<Goal> {
  const some = fc.array(requirement(ids, 1), { minLength: count, maxLength: 3 }).map((of): Open => {
    return { requirement: { type: 'some', of }, targets: of.map((_, i) => i + 1) }
  })
  const open = [
    plainCount,
    distinctCount,
    total,
    attempts,
    best,
    lowest,
    count === 2 ? streak : dayStreak,
    points,
    level,
    some,
  ]
  return fc
    .record({
      open: fc.oneof(...open, ...(ids.length >= count ? [milestones(ids, count)] : [])),
      tierMode: fc.constantFrom('join' as const, 'replace' as const, undefined),
    })
    .chain(({ open: { requirement, targets }, tierMode }) =>
      fc
        .tuple(
          fc.subarray([...targets], { minLength: count, maxLength: count }),
          fc.array(tierReward, { minLength: count, maxLength: count }),
        )
        .map(([chosen, rewards]) => {
          const tiers = chosen.map((target, i) => ({ key: tierKeys[i]!, target, ...rewards[i] }))
          return { requirement, tiers, ...(tierMode && { tierMode }) } as Goal
        }),
    )
}

type TierOptions = Omit<TierDefinition, 'key' | 'target'>

const tierReward = rarely<TierOptions | null>(
  fc.record(
    {
      title: fc.constantFrom('Silver', { en: 'Gold', 'pt-BR': 'Ouro' }),
      reward: fc.record({ points: fc.constantFrom(0, 5, 20), badge: fc.constant('Star') }, optional),
    },
    optional,
  ),
  null,
)

// Levels may end at the fourth, and only so many badges are named: no time asks for more.
function repeatable({ cooldown, max }: Repetition, ids: readonly string[]): fc.Arbitrary<Requirement> {
  const perOne = fc.oneof(
    { weight: 4, arbitrary: fc.oneof(plainCount, total, best).chain(closed) },
    { weight: 1, arbitrary: tutorials },
  )
  if (cooldown !== undefined) return perOne
  const anyMetric = fc.oneof(
    { weight: 3, arbitrary: perOne },
    { weight: 2, arbitrary: fc.oneof(streak, distinctCount, attempts).chain(closed) },
  )
  if (max === undefined) return anyMetric
  const reachable = (open: fc.Arbitrary<Open>): fc.Arbitrary<Requirement> =>
    open
      .map(({ requirement, targets }) => ({ requirement, targets: targets.filter(n => n * max <= targets.at(-1)!) }))
      .filter(({ targets }) => targets.length > 0)
      .chain(closed)
  const others = [points.chain(closed), ...(max < 3 ? [reachable(level)] : [])]
  if (ids.length >= max) others.push(reachable(milestones(ids, max)))
  return fc.oneof({ weight: 3, arbitrary: anyMetric }, { weight: 1, arbitrary: fc.oneof(...others) })
}

/** A milestone over a streak, which may come again. */
export const streakMilestone: fc.Arbitrary<MilestoneDefinition> = fc
  .record({ requirement: streak.chain(closed), isRepeatable: fc.boolean() })
  .map(({ requirement, isRepeatable }) => {
    return { id: 'm', title: 'M', requirement, ...(isRepeatable && { repeatable: {} }) } as MilestoneDefinition
  })

const text = (words: string): fc.Arbitrary<MilestoneDefinition['title']> =>
  fc.constantFrom(words, words, { en: words, 'pt-BR': `O ${words}` })

function milestone(shape: Shape, i: number, ids: readonly string[]): fc.Arbitrary<MilestoneDefinition> {
  const options = {
    title: text(`M${i}`),
    reward: fc.constantFrom(0, 5, 10, 30, 50).map(points => {
      return { points, unlocks: [`u${i % 3}`], ...(points > 5 && { coins: { gems: points / 5 } }) }
    }),
    after: rarely(someOf(ids), []),
    available: rarely<TimeWindow>(window, {}),
    retired: rarely(fc.constantFrom(false, true), false),
    hidden: rarely<Hiding>(fc.constantFrom(true, 'until-earned' as const), false),
    expiresAfter: rarely<string | null>(fc.constantFrom('PT36H', 'P10D', 'P1M', 'P1Y'), null),
    onUndo: rarely<OnUndo | null>(fc.constantFrom('keep' as const, 'keep' as const, 'revoke' as const), null),
  }
  return fc
    .tuple(goal(shape, ids), fc.record(options))
    .map(([goal, { available, after, retired, hidden, expiresAfter, onUndo, ...rest }]) => {
      const given = { id: `m${i}`, ...goal, ...rest }
      return {
        ...given,
        ...(after.length > 0 && { after }),
        ...(Object.keys(available).length > 0 && countsCompletionsOnly(goal.requirement) && { available }),
        ...(retired && { retired }),
        ...(hidden && { hidden }),
        ...(expiresAfter && { expiresAfter }),
        ...(onUndo && { onUndo }),
      } as MilestoneDefinition
    })
}

function someOf(ids: readonly string[]): fc.Arbitrary<readonly string[]> {
  if (ids.length === 0) return fc.constant([])
  return fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 2 })
}

function countsCompletionsOnly(requirement: Goal['requirement']): boolean {
  if ('of' in requirement) return requirement.of.every(countsCompletionsOnly)
  return !['points', 'level', 'milestones'].includes(requirement.type)
}

/** Catalogs of up to eight milestones, each free to require those before it. */
export const catalogDefinition: fc.Arbitrary<CatalogDefinition> = fc
  .array(shape, { minLength: 1, maxLength: 8 })
  .chain(shapes => {
    const ids = shapes.map(badgeIdsOf)
    return fc.record(
      {
        locale: fc.constant('en'),
        currencies: fc.constant(['gems']),
        dayStartsAt: rarely(dayStart, '00:00'),
        levels: fc.constantFrom<LevelRule>(
          { every: 20 },
          { every: 20, keep: true },
          { every: 100 },
          { thresholds: [10, 40, 70] },
        ),
        points: fc.uniqueArray(pointsRule, { maxLength: 3, selector: sourceOf }),
        boosts: fc.array(boost, { maxLength: 2 }),
        milestones: fc.tuple(...shapes.map((shape, i) => milestone(shape, i, ids.slice(0, i).flat()))),
      },
      { requiredKeys: ['milestones', 'levels', 'currencies'], noNullPrototype: true },
    )
  })
