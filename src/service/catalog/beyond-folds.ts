import { type CompiledCatalog, type CompiledMilestone, leavesOf } from '../../core/awards/compile.js'
import type { CompiledBoard } from '../../core/awards/compile-boards.js'
import { type BoardPeriods, seasonLabel } from '../../core/time/board-periods.js'
import { canonicalJson } from '../../core/values/canonical-json.js'
import { MilepostError } from '../../core/values/errors.js'
import { readFolds } from '../../store/progress/folds.js'
import type { ServiceContext } from '../context/context.js'

/** A milestone or board that would count only what came after completions of its categories were folded. */
export type BeyondFolds = {
  readonly id: string
  /** The latest line: for some users, what was before it does not count. */
  readonly until: Date
  readonly userCount: number
}

/**
 * Finds the milestones and boards of a new catalog that count what the one before does not, over categories of which
 * completions were folded, so that these completions cannot count for them.
 */
export async function readBeyondFolds(
  { db, tables }: ServiceContext,
  after: CompiledCatalog,
  readBefore: () => Promise<Pick<CompiledCatalog, 'metrics' | 'boards'>>,
): Promise<readonly BeyondFolds[]> {
  const folds = await readFolds(db, tables)
  if (folds.length === 0) return []
  const before = await readBefore()
  const categories = new Set(folds.flatMap(fold => fold.categories))
  const open = [...after.metrics.values()].filter(
    metric => !before.metrics.has(metric.name) && metric.categories.some(category => categories.has(category)),
  )
  const lacking = open.flatMap(({ name }) => {
    const others = folds.filter(({ metrics, userCount }) => userCount > 0 && !metrics.includes(name))
    return others.map(({ until, userCount }) => ({ name, until, userCount }))
  })
  return [...milestonesLacking(after, lacking), ...after.boards.flatMap(board => boardLacking(board, before, folds))]
}

type Lacking = { readonly name: string; readonly until: Date; readonly userCount: number }

function milestonesLacking(after: CompiledCatalog, lacking: readonly Lacking[]): readonly BeyondFolds[] {
  if (lacking.length === 0) return []
  return after.milestones.flatMap(milestone => {
    const names = metricsOf(milestone)
    const own = lacking.filter(({ name }) => names.has(name))
    if (own.length === 0) return []
    const until = new Date(Math.max(...own.map(each => each.until.getTime())))
    const first = own[0]!.name
    const userCount = own.filter(({ name }) => name === first).reduce((sum, each) => sum + each.userCount, 0)
    return [{ id: milestone.milestone.id, until, userCount }]
  })
}

// A fold has the rows of a board for the periods that its catalog knew. What is counted for points and badges is never folded.
function boardLacking(
  { board, metric, periods }: CompiledBoard,
  before: Pick<CompiledCatalog, 'boards'>,
  folds: Awaited<ReturnType<typeof readFolds>>,
): readonly BeyondFolds[] {
  if (!metric) return []
  const known = before.boards.filter(other => other.metric?.name === metric.name)
  const since = newSince(
    periods,
    known.map(other => other.periods),
  )
  const own = folds.filter(
    ({ categories, until, userCount }) =>
      userCount > 0 && since < until.getTime() && metric.categories.some(category => categories.includes(category)),
  )
  if (own.length === 0) return []
  const until = new Date(Math.max(...own.map(each => each.until.getTime())))
  return [{ id: board.id, until, userCount: own.reduce((sum, each) => sum + each.userCount, 0) }]
}

// From when on there are periods that are not among the known ones.
function newSince(periods: BoardPeriods, known: readonly BoardPeriods[]): number {
  const texts = new Set(known.map(canonicalJson))
  if (texts.has(canonicalJson(periods))) return Number.POSITIVE_INFINITY
  if (periods.type !== 'seasons') return Number.NEGATIVE_INFINITY
  const seasons = new Set(known.flatMap(each => (each.type === 'seasons' ? each.seasons.map(seasonLabel) : [])))
  return Math.min(...periods.seasons.filter(season => !seasons.has(seasonLabel(season))).map(({ from }) => from))
}

function metricsOf({ requirement }: CompiledMilestone): ReadonlySet<string> {
  return new Set(leavesOf(requirement).flatMap(leaf => (leaf.type === 'metric' ? [leaf.metric.name] : [])))
}

/** Says what a milestone would not count. */
export function beyondFoldsMessage({ id, until }: BeyondFolds): string {
  return `"${id}" counts completions in a way that they were not counted in when those before ${until.toISOString()} were folded. For users with folded completions, it would count only what came after.`
}

/** Refuses a catalog that would ignore folded completions. @throws HISTORY_FOLDED */
export function refuseBeyondFolds(found: readonly BeyondFolds[]): void {
  const [first] = found
  if (!first) return
  const others = found.length === 1 ? '' : ` (and ${found.length - 1} more)`
  const message = `${beyondFoldsMessage(first)}${others} To accept this, apply the catalog with \`acceptFolded: true\`.`
  const milestones = found.map(({ id }) => id)
  throw new MilepostError('HISTORY_FOLDED', message, { details: { milestones, until: first.until.toISOString() } })
}
