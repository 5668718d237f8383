// Who is where on a board, read off what happened: what each user has done in the period, and since when.
import type { Board } from '../../src/core/catalog/board.js'
import type { MetricRequirement } from '../../src/core/metrics/kinds.js'
import { weekdays } from '../../src/core/time/weekday.js'
import { compare, inTime, type World } from './reference-filter.js'
import { adjustmentsOf, badgesOf, gainsFor, type Model, worldOf } from './reference-model.js'
import { bestValueOf, lowestOf } from './reference-requirement.js'

export type ModelPlace = { readonly userId: string; readonly value: number; readonly reachedAt: Date }

/** The users on a board at an instant, best first. */
export function modelBoard(model: Model, users: readonly string[], board: Board, at: Date): ModelPlace[] {
  const isIn = samePeriod(board, at)
  const places = users.flatMap(userId => placeOf(model, userId, { by: board.by, isIn }) ?? [])
  const isFalling = typeof board.by === 'object' && board.by.type === 'lowest'
  return places.sort(
    (a, b) =>
      (isFalling ? a.value - b.value : b.value - a.value) || +a.reachedAt - +b.reachedAt || compare(a.userId, b.userId),
  )
}

type Measured = { readonly by: Board['by']; readonly isIn: (at: Date) => boolean }

function placeOf(model: Model, userId: string, { by, isIn }: Measured): ModelPlace | null {
  const badges = badgesOf(model, userId).filter(({ earnedAt }) => isIn(earnedAt))
  if (by === 'badges') {
    if (badges.length === 0) return null
    return { userId, value: badges.length, reachedAt: latest(badges.map(({ earnedAt }) => earnedAt)) }
  }
  if (by === 'points') {
    const completions = gainsFor(model, userId).map(({ points, completion: { completedAt: at } }) => ({ points, at }))
    const gains = [...completions, ...adjustmentsOf(model, userId)].filter(gain => isIn(gain.at))
    const all = [...gains, ...badges.map(({ points, earnedAt: at }) => ({ points, at }))]
    const value = all.reduce((sum, { points }) => sum + points, 0)
    return value > 0
      ? { userId, value, reachedAt: latest(all.filter(({ points }) => points > 0).map(gain => gain.at)) }
      : null
  }
  return measuredPlace(worldOf(model, userId, []), userId, { by, isIn })
}

function measuredPlace(world: World, userId: string, { by, isIn }: Measured): ModelPlace | null {
  const requirement = { ...(by as object), target: 1 } as MetricRequirement
  const completions = world.completions.filter(({ completedAt }) => isIn(completedAt)).sort(inTime)
  const valueAfter = (count: number): number | null => {
    const until = { ...world, completions: completions.slice(0, count) }
    return requirement.type === 'lowest' ? lowestOf(requirement, until) : bestValueOf(requirement, until) || null
  }
  const value = valueAfter(completions.length)
  if (value === null) return null
  let count = 1
  while (valueAfter(count) !== value) count += 1
  return { userId, value: value / 1000, reachedAt: completions[count - 1]!.completedAt }
}

function latest(dates: readonly Date[]): Date {
  return new Date(Math.max(...dates.map(Number)))
}

/** Tells of an instant whether it is in the period in which another one is. */
function samePeriod({ period, timeZone = 'UTC', weekStartsOn = 'mon', seasons }: Board, at: Date) {
  if (seasons) {
    const season = seasons.find(({ from, until }) => isFrom(from, at, timeZone) && !isFrom(until, at, timeZone))
    return (other: Date): boolean =>
      season !== undefined && isFrom(season.from, other, timeZone) && !isFrom(season.until, other, timeZone)
  }
  const nameOf = (instant: Date): string => {
    const day = localDay(instant, timeZone)
    if (period === undefined) return ''
    if (period !== 'week') return day.slice(0, { day: 10, month: 7, year: 4 }[period])
    const start = new Date(`${day}T00:00:00Z`)
    while (weekdays[(start.getUTCDay() + 6) % 7] !== weekStartsOn) start.setUTCDate(start.getUTCDate() - 1)
    return start.toISOString()
  }
  return (other: Date): boolean => nameOf(other) === nameOf(at)
}

// A day is that of the board's own zone.
function isFrom(bound: string, at: Date, timeZone: string): boolean {
  return bound.length === 10 ? localDay(at, timeZone) >= bound : +at >= Date.parse(bound)
}

function localDay(at: Date, timeZone: string): string {
  return at.toLocaleDateString('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
}
