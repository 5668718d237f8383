/** A calendar period. Weeks are ISO 8601 weeks, which start on Monday. */
export type PeriodUnit = 'day' | 'week' | 'month' | 'year'

export const periodUnits = ['day', 'week', 'month', 'year'] as const satisfies readonly PeriodUnit[]

/** The adverbs for something that happens once in each period. */
export const periodAdverbs: Readonly<Record<PeriodUnit, string>> = {
  day: 'daily',
  week: 'weekly',
  month: 'monthly',
  year: 'yearly',
}

/** A period as a whole number: the next period of the same unit is one higher. Days count from 1970-01-01. */
export type PeriodIndex = number

/** Finds the period of a local day, counted from 1970-01-01. */
export function periodOf(unit: PeriodUnit, day: number): PeriodIndex {
  switch (unit) {
    case 'day':
      return day
    case 'week':
      return Math.floor((day + mondayOffset) / 7)
    case 'month': {
      const { year, month } = civil(day)
      return year * 12 + month - 1
    }
    case 'year':
      return civil(day).year
  }
}

/** Finds the first day of a period. The period ends where the next one starts. */
export function firstDayOf(unit: PeriodUnit, period: PeriodIndex): number {
  switch (unit) {
    case 'day':
      return period
    case 'week':
      return period * 7 - mondayOffset
    case 'month':
      return dayNumber(Math.floor(period / 12), (((period % 12) + 12) % 12) + 1, 1)
    case 'year':
      return dayNumber(period, 1, 1)
  }
}

/** Writes a period in ISO 8601: `2026-11-24`, `2026-W48`, `2026-11`, `2026`. */
export function periodLabel(unit: PeriodUnit, period: PeriodIndex): string {
  const first = civil(firstDayOf(unit, period))
  switch (unit) {
    case 'day':
      return dayLabel(period)
    case 'week': {
      // The year of a week is the year of its Thursday.
      const { year } = civil(firstDayOf('week', period) + 3)
      const week = Math.floor((firstDayOf('week', period) + 3 - dayNumber(year, 1, 1)) / 7) + 1
      return `${padded(year, 4)}-W${padded(week, 2)}`
    }
    case 'month':
      return `${padded(first.year, 4)}-${padded(first.month, 2)}`
    case 'year':
      return padded(first.year, 4)
  }
}

/** Parses a period as {@link periodLabel} writes it. Undefined if it is not valid. */
export function parsePeriod(unit: PeriodUnit, label: string): PeriodIndex | undefined {
  const day = parseDay(firstDayLabel(unit, label))
  if (day === undefined) return undefined
  const period = periodOf(unit, day)
  return periodLabel(unit, period) === label ? period : undefined
}

// For a week, any of its days: counting seven days per week from the start of the year may run into the next year.
function firstDayLabel(unit: PeriodUnit, label: string): string {
  switch (unit) {
    case 'day':
      return label
    case 'week': {
      const [year, week] = label.split('-W')
      const fourth = parseDay(`${year}-01-04`)
      return fourth === undefined || !/^\d\d$/.test(week ?? '') ? '' : dayLabel(fourth + (Number(week) - 1) * 7)
    }
    case 'month':
      return `${label}-01`
    case 'year':
      return `${label}-01-01`
  }
}

/** Writes a day as `YYYY-MM-DD`. */
export function dayLabel(day: number): string {
  const { year, month, date } = civil(day)
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(date, 2)}`
}

/** Parses `YYYY-MM-DD`. Undefined if it is not a day. */
export function parseDay(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return undefined
  const day = dayNumber(Number(match[1]), Number(match[2]), Number(match[3]))
  return dayLabel(day) === text ? day : undefined
}

/** Finds the day of an instant in UTC. */
export function utcDay(ms: number): number {
  return Math.floor(ms / dayMs)
}

export const dayMs = 86_400_000

// 1970-01-01 was a Thursday: the Monday before it is three days earlier.
const mondayOffset = 3

type Civil = { readonly year: number; readonly month: number; readonly date: number }

function civil(day: number): Civil {
  const at = new Date(day * dayMs)
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() }
}

function dayNumber(year: number, month: number, date: number): number {
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, date)
  return Math.round(at.getTime() / dayMs)
}

function padded(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width, '0')}` : String(value).padStart(width, '0')
}
