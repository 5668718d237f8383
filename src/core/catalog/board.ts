import type { MetricRequirements } from '../metrics/kinds.js'
import { type BoardPeriods, everLabel, labelAt, type PeriodSpan } from '../time/board-periods.js'
import type { PeriodUnit } from '../time/period.js'
import { defaultTimeZone, startOfDay, timeZoneNamed } from '../time/time-zone.js'
import type { Weekday } from '../time/weekday.js'
import { parseBound } from '../time/window.js'
import type { LocalizedText } from '../values/text.js'

/** A leaderboard: what users are ranked by, and in which periods. */
export type Board<Category extends string = string> = {
  /** Permanent: `getLeaderboard` reads the board by it. */
  readonly id: string
  readonly title: LocalizedText
  /** Points, the number of badges, or a metric: a requirement without a target. */
  readonly by: 'points' | 'badges' | BoardMetric<Category>
  /** A new board starts with each calendar period. Default: all time. */
  readonly period?: PeriodUnit
  /** The zone of calendar periods, and of seasons whose dates are days (IANA). The same for all users. Default: UTC. */
  readonly timeZone?: string
  /** Default: `mon`. Only with weeks. */
  readonly weekStartsOn?: Weekday
  /** In place of a calendar period: times with names, which do not overlap. In between, the board is empty. */
  readonly seasons?: readonly Season[]
}

/** A time with a name. */
export type Season = {
  readonly name: LocalizedText
  /** A day in the zone of the board (`2027-03-01`) or an instant (`2027-03-01T00:00:00Z`). */
  readonly from: string
  /** Excluded. */
  readonly until: string
}

/** What a board by a metric counts: a requirement without a target. The time in which it counts is the board's. */
export type BoardMetric<Category extends string = string> = {
  readonly [Kind in keyof MetricRequirements]: Omit<
    MetricRequirements<Category>[Kind],
    'target' | 'share' | 'during' | 'within'
  >
}[keyof MetricRequirements]

/** The options of a requirement that a board does not have. */
export const boardless = ['target', 'share', 'during', 'within'] as const

/** Returns the periods of a board. Its zone and dates must be right. */
export function periodsOf(board: Pick<Board, 'period' | 'timeZone' | 'weekStartsOn' | 'seasons'>): BoardPeriods {
  const { period: unit, weekStartsOn = 'mon', seasons } = board
  const zone = zoneOf(board)
  if (seasons) return { type: 'seasons', seasons: seasons.map(season => seasonSpan(season, zone)) }
  return unit ? { type: 'calendar', unit, zone, weekStartsOn } : { type: 'ever' }
}

/** Returns when a season begins and ends. */
export function seasonSpan({ from, until }: Pick<Season, 'from' | 'until'>, zone: string): PeriodSpan {
  return { from: instantOf(from, zone), until: instantOf(until, zone) }
}

function instantOf(text: string, zone: string): number {
  const { kind, at } = parseBound(text)!
  return kind === 'instant' ? at : startOfDay({ zone, dayStartMs: 0 }, at)
}

function zoneOf({ timeZone }: Pick<Board, 'timeZone'>): string {
  return timeZone === undefined ? defaultTimeZone : (timeZoneNamed(timeZone) ?? defaultTimeZone)
}

/**
 * Returns the name under which the points or badges of a period are stored. Badges have names of their own. Null if no
 * season is on.
 */
export function periodKeyAt(by: 'points' | 'badges', periods: BoardPeriods, ms: number): string | null {
  const label = labelAt(periods, ms)
  return label === null ? null : keyOf(by, label)
}

function keyOf(by: 'points' | 'badges', label: string): string {
  return by === 'badges' ? badgesPrefix + label : label
}

/** With what the names of periods begin in which badges are counted. */
export const badgesPrefix = 'badges '

/** Tells whether a board is that of all points, which is read from the standings. */
export function isOfAllPoints(by: Board['by'], { type }: BoardPeriods): boolean {
  return by === 'points' && type === everLabel
}
