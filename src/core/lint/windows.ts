import { goalIdOf } from '../catalog/badge-id.js'
import type { Catalog } from '../catalog/catalog.js'
import { windowOf } from '../metrics/filter.js'
import { isMetricRequirement } from '../metrics/kinds.js'
import type { ExpandedRequirement } from '../metrics/requirement.js'
import { areDisjoint } from '../time/span.js'
import type { TimeWindow } from '../time/window.js'
import { joinPath } from '../values/shape-faults.js'
import { afterPath, type Goal, leavesOf } from './goal.js'
import { areDaysApart, areDaysOutside } from './hours.js'
import type { CatalogWarning } from './warning.js'

/**
 * Finds windows with nothing in common, days of the week that are in none of them or that hours are not on, and milestones whose
 * prerequisites only start after they have ended themselves.
 */
export function windowWarnings(
  { definition: { dayStartsAt } }: Pick<Catalog, 'definition'>,
  goals: readonly Goal[],
): readonly CatalogWarning[] {
  const byId = new Map(goals.map(goal => [goal.milestone.id, goal]))
  return goals
    .filter(({ milestone }) => !milestone.isRetired)
    .flatMap(goal => [
      ...duringWarnings(goal),
      ...daysWarnings(goal),
      ...hoursWarnings(goal, dayStartsAt),
      ...afterWarnings(goal, byId),
    ])
}

function duringWarnings(goal: Goal): readonly CatalogWarning[] {
  const { available } = goal.milestone
  return leavesOf(goal).flatMap(({ requirement, path }): CatalogWarning[] => {
    const during = windowIn(requirement)
    if (!available || !during || !areDisjoint([available, during])) return []
    const problem = `${shown(during)} has nothing in common with available (${shown(available)}), so nothing ever counts`
    return [{ kind: 'window', path: joinPath(path, 'during'), problem, fix: 'Let them overlap, or keep one of them.' }]
  })
}

function daysWarnings(goal: Goal): readonly CatalogWarning[] {
  const available = goal.milestone.available ?? undefined
  return leavesOf(goal).flatMap(({ requirement, path }): CatalogWarning[] => {
    if (!isMetricRequirement(requirement)) return []
    const windows = [available, windowOf(requirement)].filter(window => window !== undefined)
    if (areDisjoint(windows) || !areDaysOutside(requirement, available)) return []
    const problem = `names no day of the week that is in its time (${windows.map(shown).join(', ')}), so nothing ever counts`
    return [
      {
        kind: 'window',
        path: joinPath(path, 'when', 'days'),
        problem,
        fix: 'Name other days, or let the time last longer.',
      },
    ]
  })
}

function hoursWarnings(goal: Goal, dayStartsAt: string | undefined): readonly CatalogWarning[] {
  return leavesOf(goal).flatMap(({ requirement, path }): CatalogWarning[] => {
    if (!isMetricRequirement(requirement) || !areDaysApart(requirement, dayStartsAt)) return []
    const problem = 'names no day of the week on which `when` lets anything count, so nothing ever counts'
    return [{ kind: 'window', path: joinPath(path, 'on'), problem, fix: 'Name other days in one of the two.' }]
  })
}

// The prerequisite can still be earned later. The badge is then awarded long after its window is over.
function afterWarnings(goal: Goal, byId: ReadonlyMap<string, Goal>): readonly CatalogWarning[] {
  return goal.milestone.after.flatMap((id): CatalogWarning[] => {
    const pair = lateStart(goal, byId.get(goalIdOf(id))!)
    if (!pair) return []
    const problem = `"${id}" begins ${pair.from}, when this has ended (${pair.until}): it can only be awarded afterwards`
    const fix = `Let this end later, let "${id}" begin sooner, or take it out.`
    return [{ kind: 'window', path: afterPath(goal, id), problem, fix }]
  })
}

function lateStart(goal: Goal, before: Goal): { readonly from: string; readonly until: string } | undefined {
  for (const { until } of windowsOf(goal)) {
    for (const { from } of windowsOf(before)) {
      if (from !== undefined && until !== undefined && areDisjoint([{ from }, { until }])) return { from, until }
    }
  }
  return undefined
}

// Everything that counts for the milestone is within these windows.
function windowsOf({ milestone, requirement }: Goal): readonly TimeWindow[] {
  return [milestone.available, windowIn(requirement)].filter(window => window !== null && window !== undefined)
}

function windowIn(requirement: ExpandedRequirement): TimeWindow | undefined {
  return 'category' in requirement ? windowOf(requirement) : undefined
}

function shown({ from, until }: TimeWindow): string {
  return [from !== undefined && `from ${from}`, until !== undefined && `until ${until}`].filter(Boolean).join(' ')
}
