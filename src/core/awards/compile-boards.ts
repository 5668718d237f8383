import { type Board, isOfAllPoints, periodsOf } from '../catalog/board.js'
import { boardMetricOf } from '../metrics/board-metric.js'
import { kindOf, type MetricRequirement } from '../metrics/kinds.js'
import type { Digest, Metric } from '../metrics/metric.js'
import { metricOf } from '../metrics/metric-of.js'
import type { StreakRule } from '../metrics/streak-state.js'
import type { BoardPeriods } from '../time/board-periods.js'
import { canonicalJson } from '../values/canonical-json.js'
import { groupBy } from '../values/group-by.js'

/** A board ready to be counted and read. */
export type CompiledBoard = {
  readonly board: Board
  readonly periods: BoardPeriods
  /** Null if it ranks by points or badges. */
  readonly metric: Metric | null
  /** Set if the metric is a streak. */
  readonly streak: StreakRule | undefined
}

/** What boards by points and by badges need besides the points of all time: their periods, each once. */
export type PeriodBoards = Readonly<Record<'points' | 'badges', readonly BoardPeriods[]>>

/** Prepares boards. Those that count the same share a metric, which has the periods of all of them. */
export function compileBoards(boards: readonly Board[], digest: Digest): readonly CompiledBoard[] {
  const measured = boards.map(board => ({ board, periods: periodsOf(board), requirement: requirementOf(board) }))
  const nameOf = (requirement: MetricRequirement | null): string =>
    requirement ? metricOf(requirement, { digest, available: undefined }).name : ''
  const alike = groupBy(measured, ({ requirement }) => nameOf(requirement))
  const metrics = new Map<string, Metric>()
  for (const [name, group] of alike) {
    const { requirement } = group[0]!
    const periods = group.map(each => each.periods)
    if (requirement) metrics.set(name, boardMetricOf(requirement, periods, digest))
  }
  return measured.map(({ requirement, ...board }) => ({
    ...board,
    metric: metrics.get(nameOf(requirement)) ?? null,
    streak: requirement ? kindOf(requirement).streakRuleOf?.(requirement) : undefined,
  }))
}

// A board has no target: it lists all users with at least one completion that counts.
function requirementOf({ by }: Board): MetricRequirement | null {
  return typeof by === 'object' ? ({ ...by, target: 1 } as MetricRequirement) : null
}

/** Lists the periods in which points and badges are counted for boards. Null if there are none. */
export function periodBoardsOf(boards: readonly CompiledBoard[]): PeriodBoards | null {
  const listed = (by: 'points' | 'badges'): readonly BoardPeriods[] => {
    const own = boards.filter(({ board, periods }) => board.by === by && !isOfAllPoints(by, periods))
    return [...new Map(own.map(({ periods }) => [canonicalJson(periods), periods])).values()]
  }
  const found = { points: listed('points'), badges: listed('badges') }
  return found.points.length + found.badges.length > 0 ? found : null
}

/** Returns what users are counted for by boards, whatever these are called and in whatever order they are. */
export function countedFor(boards: readonly CompiledBoard[]): readonly string[] {
  const counted = boards.map(({ board, periods, metric }) => canonicalJson([metric?.name ?? board.by, periods]))
  return [...new Set(counted)].sort()
}

/** Lists the rules of the streaks that boards count. */
export function streaksOf(boards: readonly CompiledBoard[]): readonly StreakRule[] {
  return boards.flatMap(({ streak }) => streak ?? [])
}
