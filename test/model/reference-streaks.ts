// Streaks, read off the calendar period by period.
import type { StreakRequirement } from '../../src/core/metrics/kinds/streak.js'
import { daysOf, nextOf } from './reference-calendar.js'
import { inTime, matching, type World } from './reference-filter.js'

/** A requirement of a streak. */
export type StreakAsked = StreakRequirement

/** The present streak and the best one. */
export type ModelStreak = { readonly current: number; readonly best: number; readonly freezes?: ModelFreezes }
type ModelFreezes = { readonly held: number; readonly used: number; readonly nextIn: number | null }

/** The streak at an instant, which is not before the completions. */
export function streakOf(requirement: StreakRequirement, world: World, now: Date): ModelStreak {
  const { chains, isAlive, freezes } = streaksOf(requirement, world, world.calendar.periodOf(requirement.every, now))
  const best = Math.max(0, ...chains.map(chain => chain.length))
  return { current: isAlive ? chains.at(-1)!.length : 0, best, ...(requirement.freezes && { freezes }) }
}

/** The streaks that there were, each as its periods. */
export function chainsOf(requirement: StreakRequirement, world: World): readonly string[][] {
  return streaksOf(requirement, world).chains
}

type Streaks = { readonly chains: string[][]; readonly isAlive: boolean; readonly freezes: ModelFreezes }

// All periods are gone through, one by one, from the first in which anything was completed or given up to before `today`. A period that
// is missed is free while grace is left since the last one that counted, then takes a freeze, and else ends the streak.
function streaksOf(requirement: StreakRequirement, world: World, today = ''): Streaks {
  const { every, grace = 0 } = requirement
  const { counted, excused } = countedPeriods(requirement, world)
  const given = world.freezes.map(at => world.calendar.periodOf(every, at))
  const { every: price = 1, max = 0 } = requirement.freezes ?? {}
  const [first = today] = [...counted, ...given].sort()
  const end = [...counted].reduce((latest, period) => (period >= latest ? nextOf(every, period) : latest), today)
  const chains: string[][] = []
  let [collected, free, used, isAlive] = [0, 0, 0, false]
  const give = (period: string): void => {
    if (requirement.freezes) collected += price * given.filter(other => other === period).length
  }
  for (let period = first; period < end; period = nextOf(every, period)) {
    if (counted.has(period)) {
      if (!isAlive) chains.push([])
      chains.at(-1)!.push(period)
      isAlive = true
      free = grace
      if (collected < price * max) collected += 1
      give(period)
    } else {
      give(period)
      if (excused.has(period) || !canBeMissed(requirement, period, world)) continue
      if (free > 0) free -= 1
      else if (requirement.freezes && collected >= price) [collected, used] = [collected - price, used + 1]
      else [collected, used, isAlive] = [0, 0, false]
      if (!isAlive) used = 0
    }
  }
  if (end === today) give(today)
  const held = Math.floor(collected / price)
  return { chains, isAlive, freezes: { held, used, nextIn: held >= max ? null : price - (collected % price) } }
}

// The periods in which enough was completed; and those in which something was completed that counted on a day of an earlier clock: they
// are not missed.
function countedPeriods(requirement: StreakRequirement, world: World) {
  const { every, atLeast = 1 } = requirement
  const { dayOf, periodOf, countedPeriodOf, isPaused } = world.calendar
  const completed = matching(requirement, world).filter(
    ({ completedAt }) => !isPaused(dayOf(completedAt)) && isOn(requirement, dayOf(completedAt)),
  )
  const counts = new Map<string, number>()
  const excused = new Set<string>()
  for (const { completedAt } of completed.sort(inTime)) {
    const period = countedPeriodOf(every, completedAt, other => counts.has(other))
    counts.set(period, (counts.get(period) ?? 0) + 1)
    if (period !== periodOf(every, completedAt)) excused.add(periodOf(every, completedAt))
  }
  const enough = [...counts].filter(([, count]) => count >= atLeast)
  return { counted: new Set(enough.map(([period]) => period)), excused }
}

function isOn({ on }: StreakRequirement, day: string): boolean {
  const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
  return on === undefined || on.includes(names[new Date(day).getUTCDay()]!)
}

// A week or month can be missed if one of the days that count can.
function canBeMissed({ every, on, ...rest }: StreakRequirement, period: string, { calendar }: World): boolean {
  if (!calendar.canBeMissed(every, period)) return false
  if (on === undefined || new Set(on).size === 7) return true
  return daysOf(every, period).some(day => isOn({ every, on, ...rest }, day) && calendar.canBeMissed('day', day))
}
