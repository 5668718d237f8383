// A user's calendar the slow and obvious way: Temporal is asked what the user's clock showed, and days are gone through
// one by one. Days are texts, `2026-03-29`; a period goes by its first day.
import { Temporal } from 'temporal-polyfill'
import type { When } from '../../src/core/metrics/when.js'
import type { PeriodUnit } from '../../src/core/time/period.js'
import type { TimeWindow } from '../../src/core/time/window.js'

/** `zone` and `dayStartsAt`: null as for users who set nothing. */
export type ModelZone = {
  readonly zone: string | null
  readonly since: Date
  readonly dayStartsAt?: string | null | undefined
}

/** `inDays`: of local days, each written as its midnight in UTC. */
export type ModelPause = { readonly from: Date; readonly to: Date; readonly inDays?: boolean }

export type ModelCalendar = {
  readonly dayOf: (at: Date) => string
  /** What the user's clock shows: `2026-03-29T22:00`. */
  readonly clockAt: (at: Date) => string
  readonly periodOf: (unit: PeriodUnit, at: Date) => string
  /**
   * The period on which a completion counts. The last day of a clock that was left less than 38 hours before goes on while that clock
   * shows it, or the own clock is behind it: if such a day has counted, the completion counts on the latest of them.
   */
  readonly countedPeriodOf: (unit: PeriodUnit, at: Date, hasCounted: (period: string) => boolean) => string
  /** Whether a whole day is paused. */
  readonly isPaused: (day: string) => boolean
  /** Whether a period breaks a streak: not one that is paused, or not shown to its end. */
  readonly canBeMissed: (unit: PeriodUnit, period: string) => boolean
}

type Clock = { readonly zone: string; readonly start: string }
type Stretch = Clock & { readonly from: number; readonly until: number }

function stretchesOf(zones: readonly ModelZone[], usualStart: string): Stretch[] {
  const froms = zones.map(({ since }, i) => (i === 0 ? Number.NEGATIVE_INFINITY : since.getTime()))
  return (zones.length > 0 ? zones : [{ zone: null, dayStartsAt: null }])
    .map(({ zone, dayStartsAt }, i) => ({
      zone: zone ?? 'UTC',
      start: dayStartsAt ?? usualStart,
      from: froms[i] ?? Number.NEGATIVE_INFINITY,
      until: froms[i + 1] ?? Infinity,
    }))
    .filter(({ from, until }) => from < until)
}

/**
 * `zones`: in the order in which they were set. The first of them also holds before it was set; without any, UTC does. `usualStart`: when
 * the days of those start who set nothing.
 */
export function modelCalendar(
  zones: readonly ModelZone[],
  pauses: readonly ModelPause[],
  usualStart = '00:00',
): ModelCalendar {
  const stretches = stretchesOf(zones, usualStart)
  const clockOf = (at: Date): Clock => stretches.find(({ until }) => at.getTime() < until)!
  const dayOf = (at: Date): string => dayIn(clockOf(at), at)
  const leftBefore = (ms: number): Stretch[] => stretches.filter(({ until }) => until <= ms && ms < until + 38 * hourMs)
  const lastDayOf = ({ until, ...clock }: Stretch): string => dayIn(clock, new Date(until - 1))
  const otherDaysOf = (at: Date): string[] => {
    const own = dayOf(at)
    const days = leftBefore(at.getTime()).flatMap(left => {
      const lastDay = lastDayOf(left)
      return own < lastDay || dayIn(left, at) <= lastDay ? [lastDay] : []
    })
    return days
      .filter(day => day !== own)
      .sort()
      .reverse()
  }
  const pausedOf = (day: string): { isWhole: boolean; isTouched: boolean } => {
    const isInDays = pauses.some(({ from, to, inDays }) => inDays && +from <= Date.parse(day) && Date.parse(day) < +to)
    if (isInDays) return { isWhole: true, isTouched: true }
    const times = pauses.filter(({ inDays }) => !inDays)
    const [first, end] = [Date.parse(day) - 24 * hourMs, Date.parse(day) + 48 * hourMs]
    if (!times.some(({ from, to }) => +from < end && +to > first)) return { isWhole: false, isTouched: false }
    // Between two of these nothing changes: neither the day that the clock shows nor whether it is paused.
    const quarters = Array.from({ length: (end - first) / quarterMs }, (_, i) => first + i * quarterMs)
    const changes = [...times.flatMap(({ from, to }) => [+from, +to]), ...stretches.map(({ from }) => from)]
    const moments = [...quarters, ...changes.filter(at => at > first && at < end)]
    const shown = moments.filter(at => dayOf(new Date(at)) === day)
    const paused = shown.filter(at => times.some(({ from, to }) => +from <= at && at < +to))
    return { isWhole: shown.length > 0 && paused.length === shown.length, isTouched: paused.length > 0 }
  }
  const known = new Map<string, ReturnType<typeof pausedOf>>()
  const isPaused = (day: string): boolean => remembered(known, day, () => pausedOf(day)).isWhole
  const isTouched = (day: string): boolean => remembered(known, day, () => pausedOf(day)).isTouched
  // A day that a clock showed to its end, unless a clock that was left before still showed an earlier day then, its last.
  const isShown = (day: string): boolean =>
    stretches.some(({ from, until, ...clock }) => {
      const end = endIn(clock, day)
      const last = new Date(end - 1)
      if (end <= from || until < end || dayIn(clock, last) !== day) return false
      return !leftBefore(last.getTime()).some(left => lastDayOf(left) < day && dayIn(left, last) <= lastDayOf(left))
    })
  const isMissed = (unit: PeriodUnit, period: string): boolean =>
    !daysOf(unit, period).some(isTouched) && (unit !== 'day' || isShown(period))
  return {
    dayOf,
    clockAt: at => clockIn(clockOf(at).zone, at),
    periodOf: (unit, at) => firstDayOf(unit, dayOf(at)),
    countedPeriodOf: (unit, at, hasCounted) =>
      otherDaysOf(at)
        .map(day => firstDayOf(unit, day))
        .find(hasCounted) ?? firstDayOf(unit, dayOf(at)),
    isPaused,
    canBeMissed: isMissed,
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
export function isInWindow({ from, until }: TimeWindow, at: Date, { dayOf }: ModelCalendar): boolean {
  const isReached = (bound: string): boolean => (bound.includes('T') ? at >= new Date(bound) : dayOf(at) >= bound)
  return (from === undefined || isReached(from)) && (until === undefined || !isReached(until))
}

/** Hours begin on one day and end on it or, if they end no later than they begin, on the next. */
export function isAtHours({ from, until, days }: When, at: Date, calendar: ModelCalendar): boolean {
  if (from === undefined && until === undefined && days === undefined) return true
  const [day, time] = calendar.clockAt(at).split('T') as [string, string]
  const [begin, end] = [from ?? '00:00', until === undefined || until === '00:00' ? '24:00' : until]
  const isOn = (date: string): boolean => !days || days.some(name => name === weekdayOf(date))
  if (begin < end) return begin <= time && time < end && isOn(day)
  return (begin <= time && isOn(day)) || (time < end && isOn(dayBefore(day)))
}

const daysBefore = new Map<string, string>()

function dayBefore(day: string): string {
  return remembered(daysBefore, day, () => Temporal.PlainDate.from(day).subtract({ days: 1 }).toString())
}

const durations = new Map<string, number>()

export function durationMs(text: string): number {
  return remembered(durations, text, () => {
    const { weeks, days, hours, minutes, seconds } = Temporal.Duration.from(text)
    return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
  })
}

const quarterMs = 15 * 60_000
const hourMs = 4 * quarterMs

const daysAtQuarters = new Map<string, Map<number, string>>()

// Days start and clocks change on quarters of an hour, and so no day begins or ends within one. Before a day starts, it is the day before.
function dayIn({ zone, start }: Clock, at: Date): string {
  const quarter = Math.floor(at.getTime() / quarterMs)
  const dayAtQuarter = remembered(daysAtQuarters, `${zone} ${start}`, () => new Map<number, string>())
  const [hours, minutes] = start.split(':').map(Number)
  return remembered(dayAtQuarter, quarter, () =>
    Temporal.Instant.fromEpochMilliseconds(quarter * quarterMs)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .subtract({ hours: hours!, minutes: minutes! })
      .toPlainDate()
      .toString(),
  )
}

const clocksAtMinutes = new Map<string, Map<number, string>>()

function clockIn(zone: string, at: Date): string {
  const minute = Math.floor(at.getTime() / 60_000)
  const clockAtMinute = remembered(clocksAtMinutes, zone, () => new Map<number, string>())
  return remembered(clockAtMinute, minute, () =>
    Temporal.Instant.fromEpochMilliseconds(minute * 60_000)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .toString(),
  )
}

const weekdaysOfDates = new Map<string, string>()

function weekdayOf(day: string): string {
  return remembered(
    weekdaysOfDates,
    day,
    () => ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'][Temporal.PlainDate.from(day).dayOfWeek - 1]!,
  )
}

const endsByDay = new Map<string, number>()

// The first quarter of an hour at which the clock shows a later day.
function endIn(clock: Clock, day: string): number {
  return remembered(endsByDay, `${clock.zone} ${clock.start} ${day}`, () => {
    let at = Date.parse(day)
    while (dayIn(clock, new Date(at)) <= day) at += quarterMs
    return at
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

/** The period after another. */
export function nextOf(unit: PeriodUnit, period: string): string {
  return remembered(nextPeriods, `${unit} ${period}`, () =>
    Temporal.PlainDate.from(period)
      .add({ [`${unit}s`]: 1 })
      .toString(),
  )
}

/** The days of a period. */
export function daysOf(unit: PeriodUnit, period: string): string[] {
  const days: string[] = []
  for (let day = period; day < nextOf(unit, period); day = nextOf('day', day)) days.push(day)
  return days
}

function remembered<Question, Answer>(answers: Map<Question, Answer>, question: Question, ask: () => Answer): Answer {
  const known = answers.get(question)
  if (known !== undefined) return known
  const answer = ask()
  answers.set(question, answer)
  return answer
}
