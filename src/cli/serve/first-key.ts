import { isMilepostError } from '../../core/values/errors.js'
import { createFirstKey, type KeyContext, keyPresence } from '../../service/server/api-keys.js'
import { failure } from '../failure.js'

/** Where a server is to be reached, and who sees what it prints. */
export type FirstKeyPlace = {
  readonly isLoopback: boolean
  readonly isOnTerminal: boolean
  readonly hasUserTokens: boolean
}

/**
 * Finds out whether the first key is to be made, and refuses a server that others can reach and nobody may use. Printed by a server
 * without a terminal, a key would stand in some log for ever: then it is made on this machine's own address alone.
 * @throws KEYS_MISSING
 */
export async function wantsFirstKey(keys: KeyContext, place: FirstKeyPlace): Promise<boolean> {
  const { hasAny, hasLive } = await presence(keys)
  const mayPrint = place.isLoopback || place.isOnTerminal
  if (!hasAny && mayPrint) return true
  if (hasLive || place.hasUserTokens || place.isLoopback) return false
  throw failure(
    'KEYS_MISSING',
    'Others can reach this address, and there is neither a key nor are there user tokens.',
    'Make a key first: milepost key admin --scopes admin',
  )
}

/** Makes the first key and hands its secret out; does nothing where another server has just made it. */
export async function handOutFirstKey(keys: KeyContext, handOut: (secret: string) => void): Promise<void> {
  const made = await createFirstKey(keys)
  if (made) handOut(made.secret)
}

// Without tables there is no key yet, and none can be made: readiness tells the rest.
async function presence(keys: KeyContext): Promise<{ readonly hasAny: boolean; readonly hasLive: boolean }> {
  try {
    return await keyPresence(keys)
  } catch (error) {
    if (isMilepostError(error) && error.code === 'SCHEMA_MISSING') return { hasAny: true, hasLive: false }
    throw error
  }
}
