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

/** A setting that users may change by their own tokens. Attributes have an option of their own. */
export type UserSetting = (typeof userSettings)[number]

export const userSettings = ['timeZone', 'visibility'] as const

/** How tokens that the host signs for its users are verified. */
export type UserTokenOptions = {
  /** Which keys sign; the token's `kid` picks one. To rotate, give the old and the new one until the old tokens have expired. */
  readonly keys: readonly UserTokenKey[]
  /** What `aud` must name, so that tokens made for others are of no use here. */
  readonly audience: string
  /** What `iss` must be, where it is looked at. */
  readonly issuer?: string | undefined
  /** By how much the host's clock may differ: 0 to 60 seconds. Default: 0. */
  readonly clockToleranceSeconds?: number | undefined
  /** Whether users may read the leaderboard, which names other users. Default: false. */
  readonly leaderboard?: boolean | undefined
  /** Which settings users may change themselves. Default: `timeZone` and `visibility`. */
  readonly settings?: readonly UserSetting[] | undefined
  /**
   * Which attributes users may set themselves. Default: any. Name them where a group's leaderboard decides something: who sets the
   * attribute is in the group.
   */
  readonly attributes?: readonly string[] | undefined
}

/** What a good token says. */
export type VerifiedToken = { readonly userId: string; readonly expiresAt: Date }

/** Verifies a token. Returns null for one that is no good, whyever. */
export type TokenVerifier = (token: string) => Promise<VerifiedToken | null>

const longestToken = 8192
const firstUnwritable = Date.UTC(10_000, 0)

/** Makes a verifier of user tokens (RFC 7519): signed by a known key in that key's own algorithm, for this audience, unexpired. @throws INPUT_INVALID */
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
    // The one algorithm of this key: which one the token itself names decides nothing.
    const { payload } = await jwtVerify(token, key.key, { ...rules, algorithms: [key.algorithm] })
    checkId('userId', payload.sub)
    const expiresAt = new Date(payload.exp! * 1000)
    // Beyond the year 9999 it is milliseconds taken for seconds, or no instant at all.
    return expiresAt.getTime() < firstUnwritable ? { userId: payload.sub as string, expiresAt } : null
  } catch (error) {
    if (isTokenFault(error)) return null
    throw error
  }
}

function keyOf(token: string, keys: readonly VerifyingKey[]): VerifyingKey | undefined {
  const header = headerOf(token)
  // Tokens of other kinds, such as `at+jwt` or `secevent+jwt`, say so here, and may come from the same signer (RFC 8725, 3.11).
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
