// A user's calendar the slow and obvious way: Temporal is asked what the user's clock showed, and days are gone through
// one by one. Days are texts, `2026-03-29`; a period goes by its first day.
import { Temporal } from 'temporal-polyfill'
import type { PeriodUnit } from '../../src/core/period.js'
import type { Window } from '../../src/core/window.js'

export type ModelZone = { readonly zone: string; readonly since: Date }

export type ModelPause = { readonly from: Date; readonly to: Date }

export type ModelCalendar = {
  readonly dayOf: (at: Date) => string
  readonly periodOf: (unit: PeriodUnit, at: Date) => string
  readonly isPaused: (day: string) => boolean
  /** Counts the periods strictly between two that break a streak: not those that are paused or never came. */
  readonly missedBetween: (unit: PeriodUnit, before: string, after: string) => number
}

/** `zones`: in the order in which they were set. The first of them also holds before it was set; without any, UTC does. */
export function modelCalendar(zones: readonly ModelZone[], pauses: readonly ModelPause[]): ModelCalendar {
  const dayOf = (at: Date): string => dayIn((zones.findLast(({ since }) => since <= at) ?? zones[0])?.zone ?? 'UTC', at)
  const paused = pauses.map(({ from, to }) => {
    // A flight west can make the pause end on an earlier day than it began.
    const [first, last] = [dayOf(from), dayOf(new Date(to.getTime() - 1))].sort()
    return { first: first!, last: last! }
  })
  const isPaused = (day: string): boolean => paused.some(({ first, last }) => first <= day && day <= last)
  const isShown = (day: string): boolean =>
    zones.some(({ since }) => dayOf(since) === day) || instantsAround(day).some(at => dayOf(at) === day)
  const isMissed = (unit: PeriodUnit, period: string): boolean =>
    !daysOf(unit, period).some(isPaused) && (unit !== 'day' || isShown(period))
  return {
    dayOf,
    periodOf: (unit, at) => firstDayOf(unit, dayOf(at)),
    isPaused,
    missedBetween: (unit, before, after) => {
      let count = 0
      for (let period = nextOf(unit, before); period < after; period = nextOf(unit, period)) {
        if (isMissed(unit, period)) count += 1
      }
      return count
    },
  }
}

/** The name of a period by its first day, as a badge carries it. */
export function nameOfPeriod(unit: PeriodUnit, firstDay: string): string {
  switch (unit) {
    case 'day':
      return firstDay
    case 'week': {
      // The year of a week is that of its Thursday.
      const thursday = new Date(Date.parse(`${firstDay}T00:00Z`) + 3 * 86_400_000)
      const year = thursday.getUTCFullYear()
      const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000)) + 1
      return `${year}-W${String(week).padStart(2, '0')}`
    }
    case 'month':
      return firstDay.slice(0, 7)
    case 'year':
      return firstDay.slice(0, 4)
  }
}

/** A bound is a local day, or an instant. */
export function isInWindow({ from, until }: Window, at: Date, { dayOf }: ModelCalendar): boolean {
  const isReached = (bound: string): boolean => (bound.includes('T') ? at >= new Date(bound) : dayOf(at) >= bound)
  return (from === undefined || isReached(from)) && (until === undefined || !isReached(until))
}

export function durationMs(text: string): number {
  const { weeks, days, hours, minutes, seconds } = Temporal.Duration.from(text)
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
}

const quarterMs = 15 * 60_000
const hourMs = 4 * quarterMs

const dayAtQuarter = new Map<string, string>()

// Midnights and changes of clocks lie on quarters of an hour, and so no day begins or ends within one.
function dayIn(zone: string, at: Date): string {
  const quarter = Math.floor(at.getTime() / quarterMs)
  return remembered(dayAtQuarter, `${zone} ${quarter}`, () =>
    Temporal.Instant.fromEpochMilliseconds(quarter * quarterMs)
      .toZonedDateTimeISO(zone)
      .toPlainDate()
      .toString(),
  )
}

const instantsByDay = new Map<string, readonly Date[]>()

// Every quarter of an hour at which some clock on earth may show the day, those of the day itself in UTC first.
function instantsAround(day: string): readonly Date[] {
  return remembered(instantsByDay, day, () => {
    const start = Date.parse(day)
    const hours = [0, -24, 24].flatMap(shift => Array.from({ length: 24 }, (_, hour) => shift + hour))
    return hours.flatMap(hour => [0, 1, 2, 3].map(quarter => new Date(start + hour * hourMs + quarter * quarterMs)))
  })
}

const firstDays = new Map<string, string>()
const nextPeriods = new Map<string, string>()

function firstDayOf(unit: PeriodUnit, day: string): string {
  return remembered(firstDays, `${unit} ${day}`, () => {
    const date = Temporal.PlainDate.from(day)
    switch (unit) {
      case 'day':
        return day
      case 'week':
        return date.subtract({ days: date.dayOfWeek - 1 }).toString()
      case 'month':
        return date.with({ day: 1 }).toString()
      case 'year':
        return date.with({ month: 1, day: 1 }).toString()
    }
  })
}

function nextOf(unit: PeriodUnit, period: string): string {
  return remembered(nextPeriods, `${unit} ${period}`, () =>
    Temporal.PlainDate.from(period)
      .add({ [`${unit}s`]: 1 })
      .toString(),
  )
}

function daysOf(unit: PeriodUnit, period: string): string[] {
  const days: string[] = []
  for (let day = period; day < nextOf(unit, period); day = nextOf('day', day)) days.push(day)
  return days
}

function remembered<Answer>(answers: Map<string, Answer>, question: string, ask: () => Answer): Answer {
  const answer = answers.get(question) ?? ask()
  answers.set(question, answer)
  return answer
}
