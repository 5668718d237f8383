import { isValidDate } from '../../core/time/instant.js'
import { badgeCategory, checkId } from '../../core/users/completion.js'
import { invalid } from '../../core/values/invalid.js'
import { countUsersStored } from '../../store/progress/completions.js'
import { readLatestVersion } from '../../store/reports/catalog-versions.js'
import type { ServiceContext } from '../context/context.js'
import { userPages } from '../recount/user-pages.js'
import { type FoldCount, foldPage, startFolding } from './fold-page.js'

/** What to fold. */
export type FoldOptions<Category extends string = string> = {
  /** The categories whose completions are folded. The others stay as they are. */
  readonly categories: readonly Category[]
  /** Whether to only report what would be folded, without writing anything. */
  readonly dryRun?: boolean
  /** Called after each page of users. */
  readonly onProgress?: (progress: FoldProgress) => void
}

/** The progress of folding. `userCount`: the users looked at so far, of `totalCount` at the start. */
export type FoldProgress = { userCount: number; totalCount: number; completionCount: number }

/** What was folded or, in a dry run, would be. */
export type FoldReport = FoldCount & { isDryRun: boolean; before: Date; categories: string[] }

/** Folds what is from before an instant, a page of users after another. @throws as `foldCompletions` */
export async function foldBefore(
  context: ServiceContext,
  before: Date,
  { categories, dryRun = false, onProgress = () => {} }: FoldOptions,
): Promise<FoldReport> {
  checkFold(context, before, categories)
  const { db, tables } = context
  if ((await readLatestVersion(db, tables)) === 0) {
    throw invalid(
      'catalog',
      'was never applied; call `apply` first, so that a later catalog can be compared with what was folded',
    )
  }
  const folding = startFolding({ categories, until: before }, dryRun)
  const { count, scope } = folding
  const totalCount = await countUsersStored(db, tables)
  let seenCount = 0
  for await (const userIds of userPages(context, undefined, { pageSize })) {
    await foldPage(context, userIds, folding)
    seenCount += userIds.length
    const { completionCount } = count
    onProgress({ userCount: seenCount, totalCount: Math.max(totalCount, seenCount), completionCount })
  }
  return { isDryRun: dryRun, before, categories: [...scope.categories], ...count }
}

function checkFold({ now }: ServiceContext, before: Date, categories: readonly string[]): void {
  if (!isValidDate(before)) throw invalid('before', 'must be a Date')
  if (before > now()) throw invalid('before', 'is in the future; pass an instant in the past', before.toISOString())
  if (!Array.isArray(categories) || categories.length === 0)
    throw invalid('categories', 'is empty; name at least one category')
  for (const [i, category] of categories.entries()) {
    checkId('category', category, { field: `categories[${i}]` })
    if (category === badgeCategory)
      throw invalid(`categories[${i}]`, 'is reserved for badges; name categories of completions', category)
  }
}

/** How many users are looked at at once. */
const pageSize = 1_000
