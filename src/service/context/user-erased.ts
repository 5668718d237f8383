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

/** Runs work for users. If some of them turn out to be erased, runs it again without them. */
export async function skippingErased<Result>(
  userIds: readonly string[],
  work: (userIds: readonly string[]) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(userIds)
  } catch (error) {
    const erased = erasedIn(error)
    if (erased.length === 0) throw error
    return skippingErased(
      userIds.filter(userId => !erased.includes(userId)),
      work,
    )
  }
}
