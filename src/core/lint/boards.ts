import { type Board, periodsOf } from '../catalog/board.js'
import type { Catalog } from '../catalog/catalog.js'
import { itemKeysOf } from '../metrics/item-list.js'
import { kindOf, type MetricRequirement } from '../metrics/kinds.js'
import type { StreakRule } from '../metrics/streak-state.js'
import { contradictionsIn } from '../metrics/where-limits.js'
import type { BoardPeriods } from '../time/board-periods.js'
import { dayMs } from '../time/period.js'
import { belowAll, compareDecimals } from '../values/decimal.js'
import { joinPath } from '../values/shape-faults.js'
import { areDaysApart } from './hours.js'
import type { CatalogWarning } from './warning.js'

/** Finds boards that stay empty, and freezes that nobody can earn in the periods of a board. */
export function boardWarnings(catalog: Catalog): readonly CatalogWarning[] {
  return catalog.boards.flatMap((board, i) => {
    const path = joinPath('boards', i, 'by')
    return [...measureWarnings(catalog, board.by, path), ...freezeWarnings(board, path)]
  })
}

function measureWarnings(catalog: Catalog, by: Board['by'], path: string): readonly CatalogWarning[] {
  const warning = (problem: string, fix: string): CatalogWarning[] => [{ kind: 'unreachable', path, problem, fix }]
  const milestones = catalog.milestones.filter(({ isRetired }) => !isRetired)
  if (by === 'points') {
    if (catalog.points.length > 0 || milestones.some(({ reward }) => reward.points > 0)) return []
    return warning('ranks by points, but nothing gives any', 'Add rules to `points`, or points to a reward.')
  }
  if (by === 'badges') {
    return milestones.length > 0 ? [] : warning('ranks by badges, but there are none to earn', 'Add a milestone.')
  }
  const contradictions = contradictionsIn(by.where, path)
  if (contradictions.length > 0) {
    const problem = 'asks for what no value can be: its tests exclude each other'
    return contradictions.map(place => ({ kind: 'unreachable', path: place, problem, fix: 'Take one of them out.' }))
  }
  // Of a list without items, another warning says so.
  if (by.items && itemKeysOf(by.items)?.length === 0) return []
  const requirement = { ...by, target: 1 } as MetricRequirement
  if (areDaysApart(requirement, catalog.definition.dayStartsAt))
    return warning('counts nothing: `when` lets nothing count on the days that are `on`', 'Name other days.')
  const blocked = blockedBecause(requirement)
  return blocked === undefined ? [] : warning(`counts nothing: ${blocked}`, 'Let more count.')
}

function blockedBecause(requirement: MetricRequirement): string | undefined {
  const kind = kindOf(requirement)
  const least = kind.direction === 'rising' ? 0 : belowAll
  const ceilings = [...kind.itemCeilings(requirement), ...kind.ceilings(requirement, undefined)]
  return ceilings.find(({ most }) => compareDecimals(most, least) <= 0)?.because
}

// A streak starts again in each period of the board.
function freezeWarnings(board: Board, path: string): readonly CatalogWarning[] {
  if (typeof board.by === 'string') return []
  const requirement = { ...board.by, target: 1 } as MetricRequirement
  const { every, freezes } = kindOf(requirement).streakRuleOf?.(requirement) ?? {}
  const days = longestDays(periodsOf(board))
  if (!every || !freezes || freezes.every <= mostPeriods(every, days)) return []
  const problem = `is ${freezes.every}, so a freeze can never be earned: a period of the board is too short`
  const fix = 'Lower it, or take freezes out.'
  return [{ kind: 'unreachable', path: joinPath(path, 'freezes', 'every'), problem, fix }]
}

// One more than a period has, because the days of a user can begin at other times.
function longestDays(periods: BoardPeriods): number {
  switch (periods.type) {
    case 'ever':
      return Number.POSITIVE_INFINITY
    case 'calendar':
      return { day: 1, week: 7, month: 31, year: 366 }[periods.unit] + 1
    case 'seasons':
      return Math.ceil(Math.max(...periods.seasons.map(({ from, until }) => until - from)) / dayMs) + 1
  }
}

// At most so many weeks or months have at least one of these days.
function mostPeriods(unit: StreakRule['every'], days: number): number {
  const shortest = { day: 1, week: 7, month: 28 }[unit]
  return Math.floor((days + shortest - 2) / shortest) + 1
}
