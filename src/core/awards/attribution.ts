import type { Countable } from '../metrics/metric.js'
import type { Calendar } from '../time/calendar.js'
import type { CompiledCatalog, MetricTargets } from './compile.js'
import type { UserState } from './decide.js'
import { compareInTime, replay } from './replay.js'

/** Tells which completion's recording brought each badge, by its id: a question of the order given, not of time. */
export type Attribution<Item> = ReadonlyMap<string, Item>

/** Attributes badges by counting the completions in the order given, from the state before them. */
export function attributeInOrder<Item extends Countable>(
  compiled: CompiledCatalog,
  before: UserState,
  given: readonly Item[],
): Attribution<Item> {
  return new Map(replay(compiled, before, given).map(({ milestone, at }) => [milestone.milestone.id, at]))
}

/**
 * Attributes badges where counting in the order given does not tell: finds, for each id, the shortest beginning of the
 * list after which it is due. What is due grows with the list.
 */
export async function attributeBySearch<Item>(
  given: readonly Item[],
  ids: readonly string[],
  dueAfter: (beginning: readonly Item[]) => Promise<ReadonlySet<string>> | ReadonlySet<string>,
): Promise<Attribution<Item>> {
  const known = new Map<number, ReadonlySet<string>>()
  const dueAt = async (count: number): Promise<ReadonlySet<string>> => {
    const due = known.get(count) ?? (await dueAfter(given.slice(0, count)))
    known.set(count, due)
    return due
  }
  const found = new Map<string, Item>()
  for (const id of ids) {
    let low = 1
    let high = given.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((await dueAt(middle)).has(id)) high = middle
      else low = middle + 1
    }
    found.set(id, given[low - 1]!)
  }
  return found
}

/** Tells whether completions stand in the order in which a recount counts them. */
export function isInTime(completions: readonly Countable[]): boolean {
  return completions.every((completion, i) => i === 0 || compareInTime(completions[i - 1]!, completion) <= 0)
}

/** Tells whether all metrics that these completions may move come to the same in any order of counting. */
export function countsInAnyOrder(
  { metricsByCategory, targetsByMetric }: CompiledCatalog,
  completions: readonly Countable[],
  { isNearChange }: Pick<Calendar, 'isNearChange'>,
): boolean {
  // Where the zone changed, it is the order in time that tells on which day a completion counts.
  if (completions.some(({ completedAt }) => isNearChange(completedAt.getTime()))) return false
  const categories = new Set(completions.map(({ category }) => category))
  return [...categories].every(category =>
    (metricsByCategory.get(category) ?? []).every(
      ({ name, counting }) =>
        typeof counting !== 'object' || (counting.isOrderFree && !isFirstComeOnly(targetsByMetric.get(name))),
    ),
  )
}

// Where only so many periods count, those that come first in time do.
function isFirstComeOnly(targets: MetricTargets | undefined): boolean {
  return targets?.repeated.some(({ repeat }) => repeat.byPeriod && Number.isFinite(repeat.max)) ?? false
}
