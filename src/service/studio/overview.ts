import { dayMs } from '../../core/time/period.js'
import { type DayFigures, readDays, readTotals } from '../../store/studio/overview.js'
import { createCounts } from '../read/counts.js'
import type { StudioContext } from './context.js'

/** How an app is doing: figures per UTC day, and how far users have come. */
export type Overview = {
  readonly asOf: Date
  readonly days: readonly (Omit<DayFigures, 'day'> & { readonly day: string })[]
  readonly userCount: number
  readonly badgeCount: number
  readonly points: number
  /** Each step counts the users who reached at least this step. */
  readonly funnel: readonly { readonly step: string; readonly count: number }[]
}

/**
 * Creates a reader of the last days, including today. A result is kept for a minute, or longer if it took long, and
 * returned to everyone who asks. `onFailure`: called if a new one could not be counted in the background.
 */
export function createOverviewReader(
  context: StudioContext,
  onFailure: (error: unknown) => void,
): (dayCount: number) => Promise<Overview> {
  const { db, tables } = context
  const counts = createCounts<number, Overview>(
    { db, tables, onFailure },
    {
      nameOf: dayCount => `overview ${dayCount}`,
      count: (dayCount, tx) => readOverview({ ...context, db: tx }, dayCount),
      toJson: overview => overview,
      fromJson: json => ({ ...(json as Overview), asOf: new Date((json as { asOf: string }).asOf) }),
    },
  )
  return dayCount => counts.get(dayCount)
}

async function readOverview({ db, tables, now }: StudioContext, dayCount: number): Promise<Overview> {
  const asOf = now()
  const today = Math.floor(asOf.getTime() / dayMs)
  const first = today - dayCount + 1
  const found = await readDays(db, tables, { from: new Date(first * dayMs), until: new Date((today + 1) * dayMs) })
  const totals = await readTotals(db, tables)
  const byDay = new Map(found.map(each => [each.day, each]))
  const days = Array.from({ length: dayCount }, (_, i) => {
    const { awardCount = 0, completionCount = 0, activeCount = 0 } = byDay.get(first + i) ?? {}
    return { day: dayName(first + i), awardCount, completionCount, activeCount }
  })
  const { userCount, badgeCount, points, holderCount, holderOfThreeCount, holderOfTenCount } = totals
  const funnel = [
    { step: 'Recorded something', count: userCount },
    { step: 'Hold a badge', count: holderCount },
    { step: 'Hold 3 or more', count: holderOfThreeCount },
    { step: 'Hold 10 or more', count: holderOfTenCount },
  ]
  return { asOf, days, userCount, badgeCount, points, funnel }
}

/** Writes a day, counted from 1970-01-01, as `2026-04-01`. */
export function dayName(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}
