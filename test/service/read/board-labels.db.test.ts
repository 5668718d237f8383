import { expect, test } from 'vitest'
import { type BoardPeriods, type CalendarPeriods, labelAt, periodSpanAt } from '../../../src/core/time/board-periods.js'
import { periodUnits } from '../../../src/core/time/period.js'
import { weekdays } from '../../../src/core/time/weekday.js'
import { dateOf, instantArray, instantOf, msOf } from '../../../src/store/database/columns.js'
import { run } from '../../../src/store/database/database.js'
import { sql } from '../../../src/store/database/sql.js'
import { badgeLabels, periodLabels } from '../../../src/store/progress/board-labels.js'
import { tablesIn } from '../../../src/store/schema/tables.js'
import { describeOnEach, everyDatabase } from '../../support/databases.js'
import { scale } from '../../support/scale.js'

const zones = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia', 'Australia/Lord_Howe', 'Africa/Casablanca']
const calendars: readonly CalendarPeriods[] = zones.flatMap(zone =>
  periodUnits.flatMap(unit =>
    (unit === 'week' ? weekdays : (['mon'] as const)).map(weekStartsOn => {
      return { type: 'calendar', unit, zone, weekStartsOn } as const
    }),
  ),
)
const season = { from: Date.UTC(2026, 5, 1), until: Date.UTC(2026, 6, 1) }
const seasons: BoardPeriods = { type: 'seasons', seasons: [season, { from: season.until, until: season.until + 5 }] }

// The edges of periods, and instants around them.
function instants(): readonly Date[] {
  const long = [Date.parse('0002-01-02'), Date.UTC(1900, 5, 1), Date.UTC(1950, 5, 1)]
  const found = new Set<number>([
    ...long,
    season.from - 1,
    season.from,
    season.until - 1,
    season.until,
    season.until + 5,
  ])
  for (let i = 0; i < scale(12, 3_000); i++) {
    const at = Date.UTC(1990) + ((i * 7_919_173_777) % (36 * 366 * 86_400_000))
    const periods = calendars[(i * 31) % calendars.length]!
    for (const edge of [periodSpanAt(periods, at)!.from, periodSpanAt(periods, at)!.until])
      for (const ms of [-1, 0, 1]) found.add(edge + ms)
  }
  return [...found].map(dateOf)
}

describeOnEach(everyDatabase, 'the database', database => {
  test('names the periods of an instant as core does', async () => {
    const points = [...calendars, seasons]
    const tables = { ...tablesIn(), periodBoards: { points, badges: [] } }
    const at = instants()
    const given = sql`(select ${instantOf(sql`ms`)} as at from unnest(${instantArray(at)}) as instants (ms)) as given`
    const rows = await run<{ at: number; labels: string }>(
      database.session,
      sql`select ${msOf(sql`at`)} as at, json_agg(label)::text as labels
        from ${given}, ${periodLabels(tables)} group by 1`,
    )
    expect(rows.length).toBe(at.length)
    for (const row of rows) {
      const expected = new Set(points.map(periods => labelAt(periods, row.at)).filter(label => label !== null))
      expect((JSON.parse(row.labels) as string[]).sort(), dateOf(row.at).toISOString()).toEqual([...expected].sort())
    }
  })

  test('names those of badges apart', async () => {
    const badges = [{ type: 'ever' } as const, seasons, calendars[1]!]
    const labels = badgeLabels({ ...tablesIn(), periodBoards: { points: [], badges } })
    const rows = await run<{ label: string }>(
      database.session,
      sql`select label from (select ${instantOf(sql`${season.from}::float8`)} as completed_at) as given, ${labels}`,
    )
    expect(rows.map(({ label }) => label).sort()).toEqual([
      'badges 2026-06-01T00:00:00.000Z/2026-07-01T00:00:00.000Z',
      'badges 2026-W23',
      'badges ever',
    ])
  })
})
