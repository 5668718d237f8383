import { isKindName, kindNames, type MetricRequirement } from '../metrics/kinds.js'
import { timeZoneNamed } from '../time/time-zone.js'
import { isPlainObject } from '../values/metadata.js'
import { joinPath, shapeFaults, suggest } from '../values/shape-faults.js'
import { type Board, boardless, seasonSpan } from './board.js'
import { boardMetricShapes, boardShape } from './catalog-schema.js'
import { localizedFaults } from './milestone-faults.js'
import { checkFilter, type RequirementChecks } from './requirement-faults.js'
import { windowFaults } from './window-faults.js'

const mostBoards = 100
const mostSeasons = 200

/** Checks the boards of a catalog, and adds faults to `checks.faults`. */
export function checkBoards(checks: RequirementChecks, boards: readonly unknown[], locale: string): void {
  const firstPlace = new Map<string, string>()
  if (boards.length > mostBoards) {
    addFault(checks, 'boards', `has ${boards.length} boards, over ${mostBoards}`, 'Leave some out.')
    return
  }
  boards.forEach((board, i) => {
    const path = joinPath('boards', i)
    const faults = shapeFaults(boardShape, board, path)
    checks.faults.push(...faults)
    if (isPlainObject(board)) checkMeasure(checks, board.by, joinPath(path, 'by'))
    if (faults.length > 0) return
    const { id } = board as Board
    const first = firstPlace.get(id)
    if (first === undefined) firstPlace.set(id, path)
    else addFault(checks, `${path}.id`, `"${id}" is already the id of ${first}`, 'Give each board its own id.')
    checkPeriods(checks, board as Board, { path, locale })
  })
}

function addFault({ faults }: RequirementChecks, path: string, problem: string, fix: string): void {
  faults.push({ path, problem, fix })
}

function checkMeasure(checks: RequirementChecks, by: unknown, path: string): void {
  if (by === 'points' || by === 'badges' || by === undefined) return
  if (!isPlainObject(by)) {
    const problem = `${JSON.stringify(by) ?? 'a function'} is nothing that users can be ranked by`
    addFault(checks, path, problem, `Use "points", "badges" or a metric with a type: ${kindNames.join(', ')}.`)
    return
  }
  const { type } = by
  if (!isKindName(type)) {
    addFault(checks, `${path}.type`, `"${String(type)}" is not a metric`, suggest(String(type), kindNames))
    return
  }
  const time = boardless.find(name => by[name] !== undefined)
  if (time !== undefined) {
    const fix = 'Take it out. A board has no target, and its own period or seasons say which time counts.'
    addFault(checks, joinPath(path, time), 'is not an option of a board', fix)
    return
  }
  const faults = shapeFaults(boardMetricShapes[type], by, path)
  checks.faults.push(...faults)
  // A board lists all users with at least one completion that counts.
  if (faults.length === 0) checkFilter(checks, { ...by, target: 1 } as unknown as MetricRequirement, path)
}

type BoardPath = { readonly path: string; readonly locale: string }

function checkPeriods(checks: RequirementChecks, board: Board, { path, locale }: BoardPath): void {
  const { title, period, timeZone, weekStartsOn, seasons } = board
  checks.faults.push(...localizedFaults(title, joinPath(path, 'title'), locale))
  if (timeZone !== undefined && timeZoneNamed(timeZone) === undefined) {
    const fix = 'Use an IANA name such as Europe/Berlin, not an offset.'
    addFault(checks, `${path}.timeZone`, `"${timeZone}" is not a time zone that is known here`, fix)
    return
  }
  if (weekStartsOn !== undefined && period !== 'week')
    addFault(checks, `${path}.weekStartsOn`, 'has no effect without weeks', 'Add period: "week", or remove it.')
  if (period !== undefined && seasons !== undefined)
    addFault(checks, `${path}.seasons`, 'cannot be combined with a period', 'Remove one of the two.')
  if (timeZone !== undefined && period === undefined && seasons === undefined)
    addFault(checks, `${path}.timeZone`, 'has no effect on a board of all time', 'Add a period, or remove it.')
  if (seasons) checkSeasons(checks, board, { path, locale })
}

function checkSeasons(checks: RequirementChecks, { seasons, timeZone = 'UTC' }: Board, { path, locale }: BoardPath) {
  if (seasons!.length > mostSeasons)
    addFault(checks, `${path}.seasons`, `has ${seasons!.length} seasons, over ${mostSeasons}`, 'Leave old ones out.')
  const dates = seasons!.flatMap((season, i) => {
    const place = joinPath(path, 'seasons', i)
    const faults = windowFaults({ from: season.from, until: season.until }, place)
    checks.faults.push(...localizedFaults(season.name, `${place}.name`, locale), ...faults)
    return faults.length > 0 ? [] : [{ place, ...seasonSpan(season, timeZone) }]
  })
  const inOrder = [...dates].sort((a, b) => a.from - b.from)
  inOrder.forEach(({ place, from, until }, i) => {
    const before = inOrder[i - 1]
    if (until <= from) addFault(checks, place, 'ends before it begins', 'Use an until that is after from.')
    else if (before && from < before.until)
      addFault(checks, place, `begins before ${before.place} ends`, 'Let only one season be on at a time.')
  })
}
