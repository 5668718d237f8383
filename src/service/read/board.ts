import type { CompiledBoard } from '../../core/awards/compile-boards.js'
import { isOfAllPoints, periodKeyAt } from '../../core/catalog/board.js'
import type { Catalog } from '../../core/catalog/catalog.js'
import { shownNumber } from '../../core/metrics/metric.js'
import { labelAt, type PeriodSpan, periodSpanAt } from '../../core/time/board-periods.js'
import { periodLabel, periodOf, utcDay } from '../../core/time/period.js'
import { parseDecimal } from '../../core/values/decimal.js'
import { invalid } from '../../core/values/invalid.js'
import { suggest } from '../../core/values/shape-faults.js'
import { textIn } from '../../core/values/text.js'
import type { CountingContext } from '../context/context.js'

/** The calendar period or season that a page of a board is about. */
export type BoardPeriod = {
  from: Date
  /** Excluded. */
  until: Date
  /** The name of the season, in the language of the catalog. Null for calendar periods. */
  name: string | null
}

type PeriodQuery = {
  readonly board?: string | undefined
  readonly period?: 'week' | 'month' | undefined
  readonly at?: Date | undefined
}

/** What a page of a leaderboard ranks by. */
export type Measure = {
  /** The period in which it is counted. Null: all points. */
  readonly period: string | null
  /** The name of the metric that it ranks by, if it does. */
  readonly metric: string | null
  /** Set for boards of the catalog. */
  readonly board?: {
    readonly period: BoardPeriod | null
    /** Returns a stored value as users see it. */
    readonly valueOf: (stored: string) => number
  }
}

/** Returns what the points of a week, a month or all time rank by. @throws INPUT_INVALID */
export function pointsMeasure({ period, at }: PeriodQuery, now: Date): Measure {
  if (period === undefined) {
    if (at !== undefined) throw invalid('at', 'needs a period; give period as week or month too')
    return { period: null, metric: null }
  }
  if (period !== 'week' && period !== 'month') throw invalid('period', 'must be week or month', String(period))
  const day = utcDay(checkedAt(at, now).getTime())
  return { period: periodLabel(period, periodOf(period, day)), metric: null }
}

function checkedAt(at: Date | undefined, now: Date): Date {
  const instant = at ?? now
  if (!(instant instanceof Date) || Number.isNaN(instant.getTime()))
    throw invalid('at', 'is not a valid Date', String(at))
  return instant
}

/** Returns what a board of the catalog in effect ranks by. Null if no season is on. @throws INPUT_INVALID */
export function boardMeasure({ compiled }: CountingContext, query: PeriodQuery, now: Date): Measure | null {
  const found = boardNamed(compiled.boards, query.board)
  const { board, periods, metric } = found
  if (query.period !== undefined) throw invalid('period', 'cannot be combined with `board`, which has its own periods')
  if (query.at !== undefined && periods.type === 'ever')
    throw invalid('at', `needs a board with periods; "${board.id}" is of all time`)
  const ms = checkedAt(query.at, now).getTime()
  const label = typeof board.by === 'string' ? periodKeyAt(board.by, periods, ms) : labelAt(periods, ms)
  if (label === null) return null
  const span = periodSpanAt(periods, ms)
  return {
    period: isOfAllPoints(board.by, periods) ? null : label,
    metric: metric?.name ?? null,
    board: {
      period: span && {
        from: new Date(span.from),
        until: new Date(span.until),
        name: nameOf(compiled.catalog, found, span),
      },
      valueOf: stored => (metric ? shownNumber(metric, parseDecimal(stored)) : Number(stored)),
    },
  }
}

function boardNamed(boards: readonly CompiledBoard[], id: unknown): CompiledBoard {
  const found = boards.find(({ board }) => board.id === id)
  if (found) return found
  const known = boards.map(({ board }) => board.id)
  throw invalid('board', `is not a board of the catalog in effect. ${suggest(String(id), known)}`, String(id))
}

function nameOf({ locale }: Catalog, { board, periods }: CompiledBoard, span: PeriodSpan): string | null {
  if (periods.type !== 'seasons') return null
  const { name } = board.seasons![periods.seasons.findIndex(({ from }) => from === span.from)]!
  return textIn(name, locale, locale)
}
