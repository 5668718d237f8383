import {
  type Catalog,
  type CatalogDefinition,
  type MilestoneDefinition,
  parseCatalog,
  type Requirement,
} from 'milepost'

/** Says how a catalog is made. All have three metrics that listen to `lesson`, and a milestone for every target. */
export type CatalogSpec = {
  readonly milestoneCount: number
  /** Three of them listen to `lesson`, the others to categories of their own. */
  readonly metricCount: number
  /**
   * Default: `plain`, counts and the like. `timed`: streaks and calendar periods, 50 to 20. `everything`: what catalogs can
   * say beyond that, with coins, expiring badges, points rules with limits, boosts and boards.
   */
  readonly kinds?: keyof typeof kindSets
}

/** The category of all completions that are measured. */
export const category = 'lesson'

/** The score of completions that earn no badge: below the first target of `best`. */
export const scoreStep = 100

type Kind = { readonly name: string; readonly requirement: (nth: number) => Requirement }

/**
 * The three metrics of a completion. Only `best` has targets that the measured completions reach, and only where the
 * load says so: a score of 100 k reaches the k-th.
 */
const listening: readonly Kind[] = [
  { name: 'best', requirement: nth => ({ type: 'best', category, property: 'score', target: nth * scoreStep }) },
  { name: 'count', requirement: nth => ({ type: 'count', category, target: 200_000 + nth * 1_000 }) },
  {
    name: 'total',
    requirement: nth => ({ type: 'total', category, property: 'minutes', target: 5_000_000 + nth * 1_000 }),
  },
]

/**
 * Streaks and calendar periods in the proportion of the whole catalog. As with plain metrics, only the highest score has targets
 * that the measured completions reach.
 */
const listeningInTime: readonly Kind[] = [
  {
    name: 'best',
    requirement: nth => ({ type: 'best', category, property: 'score', during: 'month', target: nth * scoreStep }),
  },
  { name: 'daily', requirement: nth => ({ type: 'streak', category, every: 'day', target: 1_000 + nth }) },
  { name: 'weekly', requirement: nth => ({ type: 'streak', category, every: 'week', grace: 1, target: 1_000 + nth }) },
]

/** Kinds of which each uses options of its own. Again only the highest score has targets that are reached. */
const listeningToEverything: readonly Kind[] = [
  {
    name: 'best',
    requirement: nth => ({
      ...{ type: 'best', category, property: 'score', where: { minutes: { gte: 1 } }, target: nth * scoreStep },
    }),
  },
  {
    name: 'weekly',
    requirement: nth => ({
      ...{ type: 'streak', category, every: 'week', atLeast: 2, freezes: { every: 7, max: 2 }, target: 1_000 + nth },
    }),
  },
  {
    name: 'nightly',
    requirement: nth => ({ type: 'count', category, when: { from: '22:00', until: '05:00' }, target: 200_000 + nth }),
  },
]

/** The id of the milestone that a score of `nth` times {@link scoreStep} reaches. */
export function bestMilestoneId(nth: number): string {
  return `best-${nth}`
}

/** Makes a catalog whose milestones are spread evenly over its metrics. */
export function catalogOf({ milestoneCount, metricCount, kinds: set = 'plain' }: CatalogSpec): Catalog {
  const { own, other, more, rest }: KindSet = kindSets[set]
  const kinds = [...own, ...Array.from({ length: metricCount - own.length }, (_, i) => other(i))]
  const milestones = Array.from({ length: milestoneCount }, (_, i) => {
    const kind = kinds[i % kinds.length]!
    const nth = Math.floor(i / kinds.length) + 1
    const milestone = milestoneOf(`${kind.name}-${nth}`, kind.requirement(nth))
    return { ...milestone, ...more, reward: { ...milestone.reward, ...more.reward } }
  })
  return parseCatalog({ ...rest, milestones })
}

function otherKind(index: number): Kind {
  const requirement = (nth: number): Requirement => ({ type: 'count', category: `other-${index}`, target: nth * 10 })
  return { name: `other-${index}`, requirement }
}

// Five streaks to two periods.
function otherKindInTime(index: number): Kind {
  const other = `other-${index}`
  return {
    name: other,
    requirement: nth =>
      index % 7 < 5
        ? { type: 'streak', category: other, every: 'day', target: nth * 10 }
        : { type: 'count', category: other, during: 'week', target: nth * 10 },
  }
}

function otherKindOfEverything(index: number): Kind {
  const other = `other-${index}`
  const items = Array.from({ length: 10 }, (_, i) => `item-${i}`)
  const requirements: readonly ((nth: number) => Requirement)[] = [
    nth => ({ type: 'total', category: other, property: 'score', per: 'quizId', take: 'best', target: nth * 10 }),
    nth => ({ type: 'count', category: other, items, share: Math.min(1, nth / 10) }),
    nth => ({ type: 'lowest', category: other, property: 'seconds', target: 1 / nth }),
    nth => ({
      type: 'streak',
      category: other,
      every: 'day',
      on: ['mon', 'tue', 'wed', 'thu', 'fri'],
      target: nth * 5,
    }),
    nth => ({ type: 'count', category: other, within: 'P7D', target: nth * 5 }),
  ]
  return { name: other, requirement: requirements[index % requirements.length]! }
}

type KindSet = {
  readonly own: readonly Kind[]
  readonly other: (index: number) => Kind
  /** What each milestone has as well. */
  readonly more: Partial<MilestoneDefinition>
  /** What the catalog has as well. */
  readonly rest: Omit<CatalogDefinition, 'milestones'>
}

const everything: Pick<KindSet, 'more' | 'rest'> = {
  more: { expiresAfter: 'P1Y', reward: { coins: { gems: 1 } } },
  rest: {
    currencies: ['gems'],
    levels: { every: 1_000, keep: true },
    dayStartsAt: '04:00',
    points: [
      { category, points: { property: 'score', per: 10 }, cap: { per: 'day', points: 1_000 } },
      { category, points: 1, currency: 'gems', cooldown: 'PT60S' },
    ],
    boosts: [{ from: '2020-01-01', until: '2020-01-08', times: 2 }],
    boards: [
      { id: 'minutes', title: 'Minutes', by: { type: 'total', category, property: 'minutes' }, period: 'week' },
      { id: 'points', title: 'Points', by: 'points', period: 'month', timeZone: 'Europe/Berlin' },
    ],
  },
}

const kindSets = {
  plain: { own: listening, other: otherKind, more: {}, rest: {} },
  timed: { own: listeningInTime, other: otherKindInTime, more: {}, rest: {} },
  everything: { own: listeningToEverything, other: otherKindOfEverything, ...everything },
} satisfies Readonly<Record<string, KindSet>>

function milestoneOf(id: string, requirement: Requirement): MilestoneDefinition {
  return {
    id,
    title: `Milestone ${id}`,
    description: `Reached by those who come as far as ${id}`,
    icon: '🏅',
    requirement,
    reward: { badge: `Badge ${id}`, points: 10, unlocks: [`feature-${id}`] },
  }
}
