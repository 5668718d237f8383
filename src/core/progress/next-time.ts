import type { CompiledMilestone, PeriodTimes } from '../awards/compile.js'
import { holds, type UserState } from '../awards/decide.js'
import { valueIn } from '../metrics/metric.js'
import { type Calendar, startOfPeriod } from '../time/calendar.js'
import { periodLabel, periodOf } from '../time/period.js'
import { timesIn } from '../values/decimal.js'

/** What is needed to find the next time. */
export type NextTimeView = {
  readonly state: UserState
  /** The dates of the badges held, by id. */
  readonly earnedAtById: ReadonlyMap<string, Date>
  /** Ids of badges that were revoked manually: they are not awarded. */
  readonly refused?: ReadonlySet<string>
  readonly now: Date
  readonly calendar: Calendar
}

/** The next time of a repeatable milestone. */
export type NextTime = {
  readonly milestone: CompiledMilestone
  /** When its calendar period starts, if in the future. */
  readonly from: Date | null
}

/**
 * Finds the next time of a repeatable milestone: the lowest number, or the first period from now on, that is not held,
 * was not revoked manually and has not reached its target yet. Undefined if there is none.
 */
export function nextTimeOf(milestone: CompiledMilestone, view: NextTimeView): NextTime | undefined {
  const { repeat } = milestone
  const { byPeriod, time } = repeat!
  if (byPeriod) return nextPeriod(milestone, byPeriod, view)
  const number = nextNumber(milestone, view)
  return number === undefined ? undefined : { milestone: { ...time(number), repeat: repeat! }, from: null }
}

/** Returns the number of the next time. Undefined if there is none. */
export function nextNumber(milestone: CompiledMilestone, view: NextTimeView): number | undefined {
  const { id } = milestone.milestone
  const { max } = milestone.repeat!
  for (let n = timesReached(milestone, view) + 1; n <= max; n++) if (!isTaken(`${id}@${n}`, view)) return n
  return undefined
}

function timesReached({ goal, repeat }: CompiledMilestone, { state }: NextTimeView): number {
  const { every, max, time } = repeat!
  if (every !== null && goal.type === 'metric') return timesIn(every, valueIn(state.values, goal.metric))
  let n = 0
  while (n < max && holds(time(n + 1).goal, state)) n += 1
  return n
}

function nextPeriod(
  { milestone, repeat }: CompiledMilestone,
  { unit, time }: PeriodTimes,
  view: NextTimeView,
): NextTime | undefined {
  const { now, calendar } = view
  const start = `${milestone.id}@`
  const usedIds = new Set([...view.earnedAtById.keys(), ...(view.refused ?? [])].filter(id => id.startsWith(start)))
  if (usedIds.size >= repeat!.max) return undefined
  const present = periodOf(unit, calendar.dayOf(now.getTime()))
  for (let period = present; ; period++) {
    const next = time(periodLabel(unit, period))
    if (usedIds.has(next.milestone.id) || holds(next.goal, view.state)) continue
    const from = period === present ? null : startOfPeriod(calendar, { unit, period, ms: now.getTime() })
    return { milestone: { ...next, repeat: repeat! }, from }
  }
}

function isTaken(id: string, { earnedAtById, refused }: NextTimeView): boolean {
  return earnedAtById.has(id) || (refused?.has(id) ?? false)
}
