import { mergedIn } from '../../core/users/user-merged.js'
import { isMilepostError, MilepostError } from '../../core/values/errors.js'

/** Creates the error for a write about users who were erased. `index`: the position in the caller's list. */
export function userErased(userIds: readonly string[], index?: number): MilepostError {
  const place = index === undefined ? '' : `completion ${index}: `
  const message = `${place}the user ${JSON.stringify(userIds[0])} was erased. Should they be back, call allowReturn first.`
  const details = index === undefined ? { userIds } : { userIds, index }
  return new MilepostError('USER_ERASED', message, { details })
}

/** Returns the ids of erased users for whom a write was refused, or an empty list if it failed for another reason. */
export function erasedIn(error: unknown): readonly string[] {
  return isMilepostError(error) && error.code === 'USER_ERASED' ? (error.details.userIds as readonly string[]) : []
}

type Work<Result> = (userIds: readonly string[]) => Promise<Result>

/** Runs work for users. If some of them turn out to be erased, runs it again without them. */
export function skippingErased<Result>(userIds: readonly string[], work: Work<Result>): Promise<Result> {
  return skipping(userIds, erasedIn, work)
}

/** Does the same, and also without users who turn out to be merged into others. */
export function skippingGone<Result>(userIds: readonly string[], work: Work<Result>): Promise<Result> {
  return skipping(userIds, error => [...erasedIn(error), ...mergedIn(error).keys()], work)
}

async function skipping<Result>(
  userIds: readonly string[],
  goneIn: (error: unknown) => readonly string[],
  work: Work<Result>,
): Promise<Result> {
  try {
    return await work(userIds)
  } catch (error) {
    const gone = goneIn(error)
    if (gone.length === 0) throw error
    return skipping(
      userIds.filter(userId => !gone.includes(userId)),
      goneIn,
      work,
    )
  }
}
