import { namingOf } from '../../core/progress/named-badge.js'
import { type NextMilestone, nextMilestones } from '../../core/progress/what-next.js'
import { checkId } from '../../core/users/completion.js'
import { wordsOfCatalog } from '../../core/words/words.js'
import { type ReadOptions, type ServiceContext, sessionFor } from '../context/context.js'
import { checkLimit } from './explain.js'
import { readPlace, viewOf } from './progress.js'

/** Options for listing the next milestones. */
export type NextOptions = ReadOptions & {
  /** The most milestones to return: 1 to 1,000. Default: 5. */
  readonly limit?: number | undefined
}

/** Finds the milestones that a user is closest to, in the one statement that reads progress. @throws INPUT_INVALID */
export async function whatNext(
  given: ServiceContext,
  { userId, limit = 5, locale, ...options }: NextOptions & { readonly userId: string },
): Promise<NextMilestone[]> {
  checkId('userId', userId)
  checkLimit(limit, { min: 1 })
  const place = await readPlace(given, sessionFor(given, options), { userId, locale })
  const { compiled } = place.context
  const view = viewOf(place)
  const naming = namingOf(compiled.catalog, { earnedAtById: view.earnedAtById, includeHidden: false, locale })
  return nextMilestones(compiled, { view, naming, textOf: wordsOfCatalog(compiled.catalog, locale).nextStep }).slice(
    0,
    limit,
  )
}
