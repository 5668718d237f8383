import { isMilepostError, MilepostError } from '../values/errors.js'

/** Which user each former id stands for now. */
export type MergedUsers = ReadonlyMap<string, string>

/**
 * Creates the error for a call that names users by ids of before they were merged or renamed. It is caught where the call
 * began, which is then repeated with the new ids.
 */
export function userMerged(intoById: MergedUsers): MilepostError {
  const [[userId, into]] = [...intoById] as [[string, string]]
  const message = `The user ${JSON.stringify(userId)} is ${JSON.stringify(into)} now. Pass that id.`
  return new MilepostError('USER_MERGED', message, { details: { users: Object.fromEntries(intoById) } })
}

/** Returns which ids were not those of users any more, or nothing if a call failed for another reason. */
export function mergedIn(error: unknown): MergedUsers {
  const isIt = isMilepostError(error) && error.code === 'USER_MERGED'
  return isIt ? new Map(Object.entries(error.details.users as Record<string, string>)) : noneMerged
}

const noneMerged: MergedUsers = new Map()

/** Runs work about some users. As long as ids turn out to be of before a merge, runs it again with the new ones. */
export async function followingMerges<Given extends { readonly userId: string }, Result>(
  given: readonly Given[],
  work: (current: readonly Given[]) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(given)
  } catch (error) {
    const merged = mergedIn(error)
    if (merged.size === 0) throw error
    return followingMerges(
      given.map(each => ({ ...each, userId: merged.get(each.userId) ?? each.userId })),
      work,
    )
  }
}

/** Refuses an id of before a merge. `into`: the user that it stands for now, or null. @throws USER_MERGED */
export function refuseMerged(userId: string, into: string | null): void {
  if (into !== null) throw userMerged(new Map([[userId, into]]))
}
