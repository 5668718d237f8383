import type { CompiledCatalog } from '../../core/awards/compile.js'
import { retentionLine } from '../../core/catalog/retention.js'
import { categoriesOf } from '../../core/metrics/filter.js'
import { countFoldable, readFoldedDays } from '../../store/progress/folds.js'
import { dayStartOf } from '../context/catalog-changes.js'
import type { CountingContext } from '../context/context.js'
import { beyondFoldsMessage, readBeyondFolds } from './beyond-folds.js'
import type { FoldedDaysWarning, FoldedWarning, RetentionWarning } from './plan-warning.js'

/** Finds what a catalog, counted in this context, cannot change any more because completions were folded. */
export async function readFoldWarnings(
  after: CountingContext,
  before: CompiledCatalog,
): Promise<readonly (FoldedWarning | FoldedDaysWarning)[]> {
  const found = await readBeyondFolds(after, after.compiled, async () => before)
  const milestones = found.map(({ userCount, ...each }): FoldedWarning => {
    const message = beyondFoldsMessage({ userCount, ...each })
    return { type: 'folded', ...each, users: { userCount, examples: [] }, message }
  })
  return [...milestones, ...(await daysWarnings(after, before))]
}

async function daysWarnings(
  { db, tables, compiled, defaultTimeZone }: CountingContext,
  before: CompiledCatalog,
): Promise<readonly FoldedDaysWarning[]> {
  if (!compiled.asksForDays) return []
  const { all, zone, pauses } = await readFoldedDays(db, tables, defaultTimeZone)
  const warning = (type: FoldedDaysWarning['type'], found: typeof zone, what: string): FoldedDaysWarning[] => {
    const { userCount, until } = found
    if (!until) return []
    const message = `${what} Days before ${until.toISOString()} that were folded stay as they were counted.`
    return [{ type, until, users: { userCount, examples: [] }, message }]
  }
  return [
    ...(dayStartOf(before) === dayStartOf(compiled)
      ? []
      : warning('folded-day-start', all, 'Days start at another time than before.')),
    ...warning('folded-time-zone', zone, `The default time zone is ${defaultTimeZone}, and was another one.`),
    ...(compiled.hasStreaks
      ? warning('folded-pauses', pauses, 'Pauses of folded days were entered or taken back afterwards.')
      : []),
  ]
}

/** Counts what retention rules would fold. */
export type RetentionTally = {
  readonly add: (userIds: readonly string[]) => Promise<void>
  readonly warnings: () => readonly RetentionWarning[]
}

/** Starts to count what the retention rules of a catalog would fold now. */
export function retentionTally(context: CountingContext, exampleLimit: number): RetentionTally {
  const { db, tables, compiled, now } = context
  const counts = compiled.catalog.retention.map(rule => ({
    ...{ categories: [...categoriesOf(rule)], before: retentionLine(rule, now()) },
    ...{ completionCount: 0, users: { userCount: 0, examples: [] as string[] } },
  }))
  return {
    add: async userIds => {
      for (const count of counts) {
        const { categories, before: until, users } = count
        for (const [userId, completionCount] of await countFoldable(db, tables, { userIds, categories, until })) {
          count.completionCount += completionCount
          users.userCount += 1
          if (users.examples.length < exampleLimit) users.examples.push(userId)
        }
      }
    },
    warnings: () =>
      counts
        .filter(({ completionCount }) => completionCount > 0)
        .map(count => {
          const names = count.categories.map(name => JSON.stringify(name)).join(', ')
          const message = `Once this is applied, ${count.completionCount} completions of ${names} from before ${count.before.toISOString()} are folded. This cannot be reverted: for these users, nothing before that instant can be recorded, undone, paused or moved to another time zone any more.`
          return { type: 'retention', ...count, message }
        }),
  }
}
