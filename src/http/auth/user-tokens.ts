import { decodeProtectedHeader, errors, type JWTVerifyOptions, jwtVerify } from 'jose'
import { checkId } from '../../core/users/completion.js'
import { isMilepostError } from '../../core/values/errors.js'
import { invalid } from '../../core/values/invalid.js'
import {
  checkTokenKeys,
  tokenAlgorithms,
  type UserTokenKey,
  type VerifyingKey,
  verifyingKey,
} from './user-token-keys.js'

/** A setting that users may change with their own tokens. Attributes have an option of their own. */
export type UserSetting = 'timeZone' | 'dayStartsAt' | 'visibility'

export const userSettings: readonly UserSetting[] = ['timeZone', 'dayStartsAt', 'visibility']

/** How to verify the tokens that your app signs for its users. */
export type UserTokenOptions = {
  /**
   * The keys of the signer; the `kid` of a token selects one. To rotate, pass the old and the new key until the old
   * tokens have expired.
   */
  readonly keys: readonly UserTokenKey[]
  /** The required `aud`, so that tokens for other services are refused. */
  readonly audience: string
  /** The required `iss`. Default: not checked. */
  readonly issuer?: string | undefined
  /** How much the clock of the signer may differ: 0 to 60 seconds. Default: 0. */
  readonly clockToleranceSeconds?: number | undefined
  /** Whether users may read the leaderboard, which names other users. Default: false. */
  readonly leaderboard?: boolean | undefined
  /** The settings that users may change themselves. Default: all. */
  readonly settings?: readonly UserSetting[] | undefined
  /**
   * The attributes that users may set themselves. Default: any. Restrict them if something depends on the leaderboard
   * of a group, because a user who sets the attribute is in the group.
   */
  readonly attributes?: readonly string[] | undefined
}

/** The contents of a valid token. */
export type VerifiedToken = { readonly userId: string; readonly expiresAt: Date }

/** Verifies a token. Returns null for an invalid one, whatever the reason. */
export type TokenVerifier = (token: string) => Promise<VerifiedToken | null>

const longestToken = 8192
const firstUnwritable = Date.UTC(10_000, 0)

/**
 * Makes a verifier of user tokens (RFC 7519). A token must be signed by a known key with that key's own algorithm, be
 * for this audience, and not be expired. @throws INPUT_INVALID
 */
export function createTokenVerifier(options: UserTokenOptions, now: () => Date): TokenVerifier {
  const { audience, issuer, clockToleranceSeconds = 0 } = options
  checkTokenKeys(options.keys)
  checkSettings(options.settings)
  if (typeof audience !== 'string' || audience === '') throw invalid('userTokens.audience', 'is missing; name this app')
  if (!(clockToleranceSeconds >= 0 && clockToleranceSeconds <= 60)) {
    throw invalid('userTokens.clockToleranceSeconds', 'must be from 0 to 60', String(clockToleranceSeconds))
  }
  const rules = {
    audience,
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['exp', 'sub'],
    ...(issuer && { issuer }),
  }
  let imported: Promise<readonly VerifyingKey[]> | undefined
  return async token => {
    if (token.length > longestToken) return null
    imported ??= Promise.all(options.keys.map(verifyingKey))
    return verified(token, await imported, { ...rules, currentDate: now() })
  }
}

function checkSettings(settings: unknown): void {
  if (settings === undefined) return
  const unknown = Array.isArray(settings) ? settings.find(name => !userSettings.includes(name)) : settings
  if (unknown !== undefined)
    throw invalid('userTokens.settings', `must be a list of: ${userSettings.join(', ')}`, String(unknown))
}

async function verified(
  token: string,
  keys: readonly VerifyingKey[],
  rules: JWTVerifyOptions,
): Promise<VerifiedToken | null> {
  const key = keyOf(token, keys)
  if (!key) return null
  try {
    // Only the algorithm of this key counts, not the one that the token names.
    const { payload } = await jwtVerify(token, key.key, { ...rules, algorithms: [key.algorithm] })
    checkId('userId', payload.sub)
    const expiresAt = new Date(payload.exp! * 1000)
    // A date beyond the year 9999 is milliseconds mistaken for seconds, or not an instant.
    return expiresAt.getTime() < firstUnwritable ? { userId: payload.sub as string, expiresAt } : null
  } catch (error) {
    if (isTokenFault(error)) return null
    throw error
  }
}

function keyOf(token: string, keys: readonly VerifyingKey[]): VerifyingKey | undefined {
  const header = headerOf(token)
  // Other kinds of tokens, such as `at+jwt` or `secevent+jwt`, declare themselves here. They may come from the same
  // signer (RFC 8725, 3.11).
  if (header?.typ !== undefined && !/^(?:application\/)?jwt$/i.test(String(header.typ))) return undefined
  if (!header || !tokenAlgorithms.some(known => known === header.alg)) return undefined
  const { kid } = header
  const key =
    kid === undefined && keys.length === 1 ? keys[0] : keys.find(each => each.kid === kid && kid !== undefined)
  return key?.algorithm === header.alg ? key : undefined
}

function headerOf(
  token: string,
): { readonly alg?: unknown; readonly kid?: unknown; readonly typ?: unknown } | undefined {
  try {
    return decodeProtectedHeader(token)
  } catch {
    return undefined
  }
}

function isTokenFault(error: unknown): boolean {
  return isMilepostError(error) || error instanceof errors.JOSEError
}
