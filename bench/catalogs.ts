import { type Catalog, type MilestoneDefinition, parseCatalog, type Requirement } from 'milepost'

/** Says how a catalog is made. All have three metrics that listen to `lesson`, and a milestone for every target. */
export type CatalogSpec = {
  readonly milestoneCount: number
  /** Three of them listen to `lesson`, the others to categories of their own. */
  readonly metricCount: number
  /** Streaks and calendar periods, 50 to 20, in place of plain metrics. */
  readonly isTimed?: boolean
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

/** The id of the milestone that a score of `nth` times {@link scoreStep} reaches. */
export function bestMilestoneId(nth: number): string {
  return `best-${nth}`
}

/** Makes a catalog whose milestones are spread evenly over its metrics. */
export function catalogOf({ milestoneCount, metricCount, isTimed = false }: CatalogSpec): Catalog {
  const own = isTimed ? listeningInTime : listening
  const other = isTimed ? otherKindInTime : otherKind
  const kinds = [...own, ...Array.from({ length: metricCount - own.length }, (_, i) => other(i))]
  const milestones = Array.from({ length: milestoneCount }, (_, i) => {
    const kind = kinds[i % kinds.length]!
    const nth = Math.floor(i / kinds.length) + 1
    return milestoneOf(`${kind.name}-${nth}`, kind.requirement(nth))
  })
  return parseCatalog({ milestones })
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
