// How far a requirement is, read off the list of completions. Numbers are whole thousandths, so that decimals do not drift.
import type { Repetition } from '../../src/core/catalog/milestone.js'
import type { BestRequirement } from '../../src/core/metrics/kinds/best.js'
import type { CountRequirement } from '../../src/core/metrics/kinds/count.js'
import type { LowestRequirement } from '../../src/core/metrics/kinds/lowest.js'
import type { TotalRequirement } from '../../src/core/metrics/kinds/total.js'
import type { Requirement } from '../../src/core/metrics/requirement.js'
import { durationMs, nameOfPeriod } from './reference-calendar.js'
import { inTime, type ModelCompletion, matching, type World, writtenItems } from './reference-filter.js'
import { plainRequirement } from './reference-milestones.js'
import { chainsOf, streakOf } from './reference-streaks.js'

type Metric = CountRequirement | TotalRequirement | BestRequirement

export function holds(requirement: Requirement, world: World): boolean {
  if (requirement.type !== 'lowest') return bestValueOf(requirement, world) >= targetOf(requirement)
  const lowest = lowestOf(requirement, world)
  return lowest !== null && lowest <= targetOf(requirement)
}

/** The lowest value so far; null before there is one. */
export function lowestOf(requirement: LowestRequirement, world: World): number | null {
  const values = matching(requirement, world).map(({ metadata }) => metadata[requirement.property])
  const numbers = values.filter(value => typeof value === 'number')
  return numbers.length === 0 ? null : thousandths(Math.min(...numbers))
}

export function targetOf(given: Requirement): number {
  const requirement = plainRequirement(given)
  switch (requirement.type) {
    case 'all':
      return thousandths(requirement.of.length)
    case 'any':
      return thousandths(1)
    case 'count':
      return thousandths(requirement.target ?? shareOf(requirement))
    case 'milestones':
      return thousandths(requirement.target ?? new Set(requirement.ids).size)
    default:
      return thousandths(requirement.target)
  }
}

// In thousandths, so that 0.7 of 10 are 7. A share of items is of whole items; of no items, one is needed.
function shareOf({ items = [], share = 1 }: CountRequirement): number {
  return Math.max(1, Math.ceil((thousandths(share) * new Set(writtenItems(items)).size) / 1000))
}

/** What is compared with the target: of periods, windows and streaks, the best that there was. */
export function bestValueOf(given: Requirement, world: World): number {
  const requirement = plainRequirement(given)
  switch (requirement.type) {
    case 'count':
    case 'total':
    case 'best':
      return Math.max(0, ...countedTogether(requirement, world).map(list => amountOf(requirement, list)))
    case 'streak':
      return thousandths(Math.max(0, ...chainsOf(requirement, world).map(chain => chain.length)))
    case 'points':
      return thousandths(world.points)
    case 'level':
      return thousandths(levelOf(world))
    case 'lowest':
      throw new TypeError('A lowest value is not compared as the others are')
    case 'milestones':
      return thousandths([...new Set(requirement.ids)].filter(id => world.heldIds.has(id)).length)
    default:
      return thousandths(requirement.of.filter(part => holds(part, world)).length)
  }
}

/** What progress shows: of periods, windows and streaks, the present one. */
export function presentValueOf(given: Requirement, world: World, now: Date): number {
  const requirement = plainRequirement(given)
  switch (requirement.type) {
    case 'count':
    case 'total':
    case 'best': {
      const { unit, withinMs } = spansOf(requirement)
      if (unit) {
        const periods = periodsOf(requirement, unit, world)
        const present = world.calendar.countedPeriodOf(unit, now, period => periods.has(period))
        return amountOf(requirement, periods.get(present) ?? [])
      }
      const all = matching(requirement, world)
      const present = all.filter(({ completedAt }) => withinMs === undefined || isInLast(withinMs, now, completedAt))
      return amountOf(requirement, present)
    }
    case 'streak':
      return thousandths(streakOf(requirement, world, now).current)
    case 'lowest':
      return lowestOf(requirement, world) ?? 0
    default:
      return bestValueOf(requirement, world)
  }
}

/** Which times of a milestone that comes again have been reached: numbers, or calendar periods. */
export function timesNamed(given: Requirement, repeatable: Repetition, world: World): readonly (number | string)[] {
  const unit = periodUnitOf(given)
  if (unit) return periodsReached(plainRequirement(given) as Metric, { unit, repeatable, world })
  const length = timesReached(given, repeatable, world)
  return Array.from({ length }, (_, i) => i + 1)
}

/** How many times a milestone that comes again has been reached. */
export function timesReached(given: Requirement, repeatable: Repetition, world: World): number {
  const requirement = plainRequirement(given)
  return Math.min(repeatable.max ?? Number.POSITIVE_INFINITY, allTimesReached(requirement, repeatable, world))
}

/** The calendar period in which a requirement counts, if it has one. */
export function periodUnitOf(given: Requirement): 'day' | 'week' | 'month' | 'year' | undefined {
  const requirement = plainRequirement(given)
  return isMetric(requirement) ? spansOf(requirement).unit : undefined
}

type Periodic = {
  readonly unit: 'day' | 'week' | 'month' | 'year'
  readonly repeatable: Repetition
  readonly world: World
}

function periodsReached(requirement: Metric, { unit, repeatable, world }: Periodic): readonly string[] {
  const { periodOf } = world.calendar
  if (isOneByOne(requirement, repeatable)) {
    const reached = reachedOneByOne(requirement, repeatable, world)
    return reached.map(({ completedAt }) => nameOfPeriod(unit, periodOf(unit, completedAt)))
  }
  const enough = countedTogether(requirement, world).filter(
    list => amountOf(requirement, list) >= targetOf(requirement),
  )
  return enough.map(list => nameOfPeriod(unit, periodOf(unit, list[0]!.completedAt))).sort()
}

function allTimesReached(requirement: Requirement, repeatable: Repetition, world: World): number {
  const target = targetOf(requirement)
  if (requirement.type === 'streak') {
    const times = chainsOf(requirement, world).map(chain => Math.floor(thousandths(chain.length) / target))
    return times.reduce((sum, count) => sum + count, 0)
  }
  if (!isMetric(requirement)) return Math.max(0, Math.floor(bestValueOf(requirement, world) / target))
  if (isOneByOne(requirement, repeatable)) return reachedOneByOne(requirement, repeatable, world).length
  if (!spansOf(requirement).unit) return Math.floor(bestValueOf(requirement, world) / target)
  return countedTogether(requirement, world).filter(list => amountOf(requirement, list) >= target).length
}

/** Whether times are found one after the other, since each begins after the one before. */
export function isOneByOne(given: Requirement, { cooldown }: Repetition): boolean {
  const requirement = plainRequirement(given)
  return isMetric(requirement) && (cooldown !== undefined || spansOf(requirement).withinMs !== undefined)
}

function reachedOneByOne(requirement: Metric, { cooldown }: Repetition, world: World): readonly ModelCompletion[] {
  const { unit, withinMs } = spansOf(requirement)
  const periods = new Map<ModelCompletion, string>()
  const periodOf = (completion: ModelCompletion): string | undefined => periods.get(completion)
  const reachedBy: ModelCompletion[] = []
  let pending: ModelCompletion[] = []
  for (const completion of [...counting(requirement, world)].sort(inTime)) {
    const at = completion.completedAt
    const last = reachedBy.at(-1)
    if (unit) {
      const hasCounted = (period: string): boolean =>
        [...reachedBy, ...pending].some(other => periodOf(other) === period)
      periods.set(completion, world.calendar.countedPeriodOf(unit, at, hasCounted))
    }
    if (last && cooldown && at.getTime() < last.completedAt.getTime() + durationMs(cooldown)) continue
    if (unit && reachedBy.some(other => periodOf(other) === periodOf(completion))) continue
    pending.push(completion)
    const together = pending.filter(other => {
      if (unit) return periodOf(other) === periodOf(completion)
      return withinMs === undefined || isInLast(withinMs, at, other.completedAt)
    })
    const factor = requirement.type === 'best' && !unit ? reachedBy.length + 1 : 1
    if (amountOf(requirement, together) < factor * targetOf(requirement)) continue
    reachedBy.push(completion)
    pending = []
  }
  return reachedBy
}

export function isMetric(requirement: Requirement): requirement is Metric {
  return requirement.type === 'count' || requirement.type === 'total' || requirement.type === 'best'
}

export function spansOf(requirement: Metric): { unit?: 'day' | 'week' | 'month' | 'year'; withinMs?: number } {
  const { during } = requirement
  const within = requirement.type === 'best' ? undefined : requirement.within
  return {
    ...(typeof during === 'string' && { unit: during }),
    ...(within !== undefined && { withinMs: durationMs(within) }),
  }
}

// The lists of completions of which the best decides: one for each period, one for each window that ends at a completion.
function countedTogether(requirement: Metric, world: World): (readonly ModelCompletion[])[] {
  const { unit, withinMs } = spansOf(requirement)
  if (unit) return [...periodsOf(requirement, unit, world).values()]
  const all = matching(requirement, world)
  if (withinMs === undefined) return [all]
  return all.map(last => all.filter(({ completedAt }) => isInLast(withinMs, last.completedAt, completedAt)))
}

// What counts together in each period, in order of time.
function periodsOf(
  requirement: Metric,
  unit: 'day' | 'week' | 'month' | 'year',
  world: World,
): Map<string, ModelCompletion[]> {
  const periods = new Map<string, ModelCompletion[]>()
  for (const completion of [...counting(requirement, world)].sort(inTime)) {
    const period = world.calendar.countedPeriodOf(unit, completion.completedAt, other => periods.has(other))
    periods.set(period, [...(periods.get(period) ?? []), completion])
  }
  return periods
}

// Those that bring anything at all.
function counting(requirement: Metric, world: World): ModelCompletion[] {
  return matching(requirement, world).filter(completion => amountOf(requirement, [completion]) > 0)
}

function isInLast(ms: number, end: Date, at: Date): boolean {
  return end.getTime() - ms < at.getTime() && at <= end
}

function amountOf(requirement: Metric, completions: readonly ModelCompletion[]): number {
  switch (requirement.type) {
    case 'count': {
      const { distinct } = requirement
      if (distinct === undefined) return thousandths(completions.length)
      const values = completions.map(({ metadata }) => metadata[distinct])
      return thousandths(new Set(values.filter(isScalar)).size)
    }
    case 'total': {
      const numberOf = (completion: ModelCompletion): number => numberIn(completion, requirement.property)
      const { per } = requirement
      if (per === undefined) return completions.reduce((sum, completion) => sum + numberOf(completion), 0)
      const values = new Set(completions.map(({ metadata }) => metadata[per]).filter(isScalar))
      const bestOf = (value: unknown): number =>
        Math.max(...completions.filter(({ metadata }) => metadata[per] === value).map(numberOf))
      return [...values].reduce((sum: number, value) => sum + bestOf(value), 0)
    }
    case 'best':
      return Math.max(0, ...completions.map(completion => numberIn(completion, requirement.property)))
  }
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

/** The level that these points are. */
export function levelOf({ levels = { every: 100 }, points }: Pick<World, 'levels' | 'points'>): number {
  if ('every' in levels) return 1 + Math.max(Math.floor(points / levels.every), 0)
  return 1 + levels.thresholds.filter(threshold => points >= threshold).length
}

function numberIn(completion: ModelCompletion, property: string): number {
  const value = completion.metadata[property]
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? thousandths(value) : 0
}

function thousandths(value: number): number {
  return Math.round(value * 1000)
}
