import { type CompiledCatalog, type CompiledMilestone, leavesOf } from '../../core/awards/compile.js'
import { MilepostError } from '../../core/values/errors.js'
import { readFolds } from '../../store/progress/folds.js'
import type { ServiceContext } from '../context/context.js'

/** A milestone that would count only what came after completions of its categories were folded. */
export type BeyondFolds = {
  readonly id: string
  /** The latest line: for some users, what was before it does not count. */
  readonly until: Date
  readonly userCount: number
}

/**
 * Finds the milestones of a new catalog with metrics that the one before does not have, over categories of which completions
 * were folded, so that these completions cannot count for them.
 */
export async function readBeyondFolds(
  { db, tables }: ServiceContext,
  after: CompiledCatalog,
  readBefore: () => Promise<Pick<CompiledCatalog, 'metrics'>>,
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
