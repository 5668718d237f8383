import type { CompletionInput } from 'milepost'
import type { Category } from './catalog.js'
import type { Commit } from './commit.js'
import type { Moment } from './moment.js'
import { tidinessOf } from './tidiness.js'

type ContributorCompletion = CompletionInput<Category>

/**
 * Says what a commit completes: the commit itself, by its hash; its tests, docs or merge, by the same hash in a category
 * of their own; and a part of the repository or a weekday, by name, which a person can complete once only.
 */
export function completionsOf(commit: Commit, { at, hour, weekday }: Moment): readonly ContributorCompletion[] {
  const { userId, hash, areas, parentCount } = commit
  const completed = (category: Category, itemKey: string) => ({ userId, category, itemKey, completedAt: at })
  return [
    { ...completed('commit', hash), metadata: metadataOf(commit, hour) },
    ...(areas.has('tests') ? [completed('test', hash)] : []),
    ...(areas.has('docs') ? [completed('docs', hash)] : []),
    ...(parentCount > 1 ? [completed('merge', hash)] : []),
    ...[...areas].map(area => completed('area', area)),
    completed('weekday', weekday),
  ]
}

function metadataOf(commit: Commit, hour: number): ContributorCompletion['metadata'] {
  const { fileCount: files, insertionCount: insertions, deletionCount: deletions } = commit
  const metadata = { files, insertions, deletions, hour }
  return commit.parentCount > 1 ? metadata : { ...metadata, quizScore: tidinessOf(commit) }
}

/**
 * Lets through what has not been let through before. Milepost would answer `duplicate` to the rest; this only spares it
 * the question, for the few keys that come with every commit.
 */
export function firstTimes(): (completion: ContributorCompletion) => boolean {
  const seen = new Set<string>()
  return ({ userId, category, itemKey }) => {
    if (category !== 'area' && category !== 'weekday') return true
    const sizeBefore = seen.size
    return seen.add(`${userId} ${category} ${itemKey}`).size > sizeBefore
  }
}
