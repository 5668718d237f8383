import { isMilepostError, MilepostError } from '../../core/values/errors.js'

/** Makes the error of a write for users who were erased. `index`: the place in the caller's list. */
export function userErased(userIds: readonly string[], index?: number): MilepostError {
  const place = index === undefined ? '' : `completion ${index}: `
  const message = `${place}the user ${JSON.stringify(userIds[0])} was erased. Should they be back, call allowReturn first.`
  const details = index === undefined ? { userIds } : { userIds, index }
  return new MilepostError('USER_ERASED', message, { details })
}

/** Names the users that a write was refused for because they were erased; none where it failed otherwise. */
export function erasedIn(error: unknown): readonly string[] {
  return isMilepostError(error) && error.code === 'USER_ERASED' ? (error.details.userIds as readonly string[]) : []
}

/** Does work for users; where some of them prove to be erased, once more without those. */
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
