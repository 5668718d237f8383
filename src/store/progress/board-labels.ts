import { badgesPrefix } from '../../core/catalog/board.js'
import {
  type BoardPeriods,
  type CalendarPeriods,
  everLabel,
  labelEnding,
  seasonLabel,
  weekShift,
} from '../../core/time/board-periods.js'
import { offsetsBetween } from '../../core/time/time-zone.js'
import { instantArray, msOf, numericArray, textArray } from '../database/columns.js'
import { join, raw, type Sql, sql } from '../database/sql.js'
import type { Tables } from '../schema/tables.js'

/** The time from which to which instants come, in milliseconds since 1970. */
type Range = { readonly from: number; readonly until: number }

// From the year 1, the first that can be recorded. Nothing is recorded with a date in the future.
const anyTime: Range = { from: Date.parse('0001-01-01'), until: Date.UTC(2100) }

/**
 * Names the periods of an `at` in which points count, as `labels (label)`: the week and the month in UTC, and those of
 * boards of the catalog. `range`: when these instants are, if that is known.
 */
export function periodLabels({ periodBoards, layout }: Tables, range?: Range): Sql {
  const common = [{ ...monthly, unit: 'week' }, monthly] as const
  return labelsFor([...common, ...(periodBoards?.points ?? []).filter(isOwn)], { column: raw('at'), range, layout })
}

/** Names the periods of a `completed_at` in which boards count badges. */
export function badgeLabels({ periodBoards, layout }: Tables): Sql {
  return labelsFor(periodBoards!.badges, { column: raw('completed_at'), prefix: badgesPrefix, layout })
}

const monthly: CalendarPeriods = { type: 'calendar', unit: 'month', zone: 'UTC', weekStartsOn: 'mon' }

// Every catalog has the points of these.
function isOwn(periods: BoardPeriods): boolean {
  return (
    periods.type !== 'calendar' || labelEnding(periods) !== '' || (periods.unit !== 'week' && periods.unit !== 'month')
  )
}

type Labelling = Pick<Tables, 'layout'> & {
  readonly column: Sql
  readonly prefix?: string
  readonly range?: Range | undefined
}

function labelsFor(periods: readonly BoardPeriods[], labelling: Labelling): Sql {
  const { column, prefix = '' } = labelling
  const named = (label: Sql): Sql => (prefix === '' ? label : sql`${prefix}::text || ${label}`)
  const calendars = periods.flatMap(each => (each.type === 'calendar' ? [calendarLabel(each, labelling)] : []))
  const all = periods.some(({ type }) => type === 'ever') ? [sql`${everLabel}::text`] : []
  const rows = [...calendars, ...all].map(label => sql`(${named(label)})`)
  const seasons = new Map(
    periods.flatMap(each => (each.type === 'seasons' ? each.seasons.map(season => [seasonLabel(season), season]) : [])),
  )
  const branches = rows.length > 0 ? [sql`values ${join(rows, ', ')}`] : []
  if (seasons.size > 0) {
    const [froms, untils] = (['from', 'until'] as const).map(end =>
      instantArray([...seasons.values()].map(season => new Date(season[end]))),
    )
    branches.push(sql`select ${named(raw('key'))} from unnest(${textArray([...seasons.keys()])}, ${froms}, ${untils})
      as season (key, begins, ends) where ${msOf(column)} >= begins and ${msOf(column)} < ends`)
  }
  return sql`lateral (${join(branches, ' union all ')}) as labels (label)`
}

const formats = { day: 'YYYY-MM-DD', month: 'YYYY-MM', year: 'YYYY' } as const

// The same names as `labelAt` in core gives. Only the offsets of the zone come from there: Postgres may know other ones.
function calendarLabel(periods: CalendarPeriods, labelling: Labelling): Sql {
  const local = localTime(periods, labelling)
  const { unit } = periods
  const shift = weekShift(periods)
  const label =
    unit !== 'week'
      ? sql`to_char(${local}, ${raw(`'${formats[unit]}'`)})`
      : shift === 0
        ? sql`to_char(${local}, 'IYYY-"W"IW')`
        : sql`to_char(date_trunc('week', ${local} - ${days(shift)}) + ${days(shift)}, 'YYYY-MM-DD')`
  const ending = labelEnding(periods)
  return ending === '' ? label : sql`${label} || ${ending}::text`
}

function days(count: number): Sql {
  return raw(`interval '${count} days'`)
}

function localTime({ zone }: CalendarPeriods, { column, range: { from, until } = anyTime, layout }: Labelling): Sql {
  const utc = sql`(${column} at time zone 'UTC')`
  if (zone === 'UTC') return utc
  const [first, ...later] = offsetsBetween(zone, from, until)
  const own = (ms: Sql): Sql => sql`(${utc} + ${ms} * interval '1 millisecond')`
  if (later.length === 0) return own(sql`${first!.offsetMs}::float8`)
  const offsets = numericArray([first!, ...later].map(({ offsetMs }) => offsetMs))
  const since = instantArray(later.map(each => new Date(each.since)))
  // As subselects, the lists are read once per statement. A cluster takes none in a write.
  const once = (list: Sql): Sql => (layout.isSpread ? list : sql`(select ${list})`)
  return own(sql`(${once(offsets)}::float8[])[1 + width_bucket(${msOf(column)}, ${once(since)})]`)
}
