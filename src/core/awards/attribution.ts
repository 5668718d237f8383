import type { Countable } from '../metrics/metric.js'
import type { Calendar } from '../time/calendar.js'
import type { CompiledCatalog, MetricTargets } from './compile.js'
import type { UserState } from './decide.js'
import { compareInTime, replay } from './replay.js'

/**
 * The completion that is named as the cause of each badge, by badge id. This depends on the order given, not on time.
 */
export type Attribution<Item> = ReadonlyMap<string, Item>

/** Finds the causes of badges by counting the completions in the order given, starting from the state before them. */
export function attributeInOrder<Item extends Countable>(
  compiled: CompiledCatalog,
  before: UserState,
  given: readonly Item[],
): Attribution<Item> {
  return new Map(replay(compiled, before, given).map(({ milestone, at }) => [milestone.milestone.id, at]))
}

/** Up to this length, a list is searched from its beginning. */
const shortLength = 16

/**
 * Finds the causes of badges when counting in the order given is not enough: for each id, the shortest beginning of the
 * list after which it is due. A longer list hardly ever makes fewer badges due: only if a completion takes points from
 * those before it. A short list is then still searched right.
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
  const search = given.length > shortLength ? firstByHalves : firstInTurn
  const found = new Map<string, Item>()
  for (const id of ids) {
    const count = await search(given.length, async middle => (await dueAt(middle)).has(id))
    found.set(id, given[count - 1]!)
  }
  return found
}

type Search = (length: number, isDueAfter: (count: number) => Promise<boolean>) => Promise<number>

const firstInTurn: Search = async (length, isDueAfter) => {
  let count = 1
  while (count < length && !(await isDueAfter(count))) count += 1
  return count
}

const firstByHalves: Search = async (length, isDueAfter) => {
  let low = 1
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (await isDueAfter(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Tells whether completions are in the order in which a recount counts them. */
export function isInTime(completions: readonly Countable[]): boolean {
  return completions.every((completion, i) => i === 0 || compareInTime(completions[i - 1]!, completion) <= 0)
}

/** Tells whether all metrics that these completions may change have the same result in any order. */
export function countsInAnyOrder(
  { metricsByCategory, targetsByMetric }: CompiledCatalog,
  completions: readonly Countable[],
  { isNearChange }: Pick<Calendar, 'isNearChange'>,
): boolean {
  // Near a change of time zone, the order in time decides on which day a completion counts.
  if (completions.some(({ completedAt }) => isNearChange(completedAt.getTime()))) return false
  const categories = new Set(completions.map(({ category }) => category))
  return [...categories].every(category =>
    (metricsByCategory.get(category) ?? []).every(
      ({ name, counting }) =>
        typeof counting !== 'object' || (counting.isOrderFree && !isFirstComeOnly(targetsByMetric.get(name))),
    ),
  )
}

// If only a limited number of periods count, the earliest ones do.
function isFirstComeOnly(targets: MetricTargets | undefined): boolean {
  return targets?.repeated.some(({ repeat }) => repeat.byPeriod && Number.isFinite(repeat.max)) ?? false
}
