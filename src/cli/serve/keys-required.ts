import { isMilepostError } from '../../core/values/errors.js'
import { createFirstKey, type KeyContext, keyPresence } from '../../service/server/api-keys.js'
import { failure } from '../failure.js'

/** Who can reach a server, and who sees what it prints. */
export type ServerReach = {
  readonly isLoopback: boolean
  readonly isOnTerminal: boolean
  readonly hasUserTokens: boolean
}

/**
 * Decides whether to create the first key. Refuses a server that others can reach and nobody may use. Without a
 * terminal, a printed key would stay in some log forever, so then the key is only created on a loopback address.
 * @throws KEYS_MISSING
 */
export async function wantsFirstKey(keys: KeyContext, place: ServerReach): Promise<boolean> {
  const { hasAny, hasLive } = await presence(keys)
  const mayPrint = place.isLoopback || place.isOnTerminal
  if (!hasAny && mayPrint) return true
  if (hasLive || place.hasUserTokens || place.isLoopback) return false
  throw failure(
    'KEYS_MISSING',
    'Others can reach this address, but there are no server keys and no user tokens.',
    'Create a key first: milepost keys create admin --scopes admin',
  )
}

/** Creates the first key and passes its secret on. Does nothing if another server has just created it. */
export async function handOutFirstKey(keys: KeyContext, handOut: (secret: string) => void): Promise<void> {
  const made = await createFirstKey(keys)
  if (made) handOut(made.secret)
}

// Without tables there is no key, and none can be created. Readiness reports the rest.
async function presence(keys: KeyContext): Promise<{ readonly hasAny: boolean; readonly hasLive: boolean }> {
  try {
    return await keyPresence(keys)
  } catch (error) {
    if (isMilepostError(error) && error.code === 'SCHEMA_MISSING') return { hasAny: true, hasLive: false }
    throw error
  }
}
