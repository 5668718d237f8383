import type { Board } from '../catalog/board.js'
import type { Catalog } from '../catalog/catalog.js'
import { kindOf, type MetricRequirement } from '../metrics/kinds.js'
import { contradictionsIn } from '../metrics/where-limits.js'
import { belowAll, compareDecimals } from '../values/decimal.js'
import { joinPath } from '../values/shape-faults.js'
import type { CatalogWarning } from './warning.js'

/** Finds boards that stay empty. */
export function boardWarnings(catalog: Catalog): readonly CatalogWarning[] {
  return catalog.boards.flatMap(({ by }, i) => measureWarnings(catalog, by, joinPath('boards', i, 'by')))
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
  const blocked = blockedBecause({ ...by, target: 1 } as MetricRequirement)
  return blocked === undefined ? [] : warning(`counts nothing: ${blocked}`, 'Let more count.')
}

function blockedBecause(requirement: MetricRequirement): string | undefined {
  const kind = kindOf(requirement)
  const least = kind.direction === 'rising' ? 0 : belowAll
  const ceilings = [...kind.itemCeilings(requirement), ...kind.ceilings(requirement, undefined)]
  return ceilings.find(({ most }) => compareDecimals(most, least) <= 0)?.because
}
