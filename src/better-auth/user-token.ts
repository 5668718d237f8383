import { importJWK, type JWK, SignJWT } from 'jose'
import { invalid } from '../core/values/invalid.js'
import { checkTokenKeys, type UserTokenKey } from '../http/auth/user-token-keys.js'

/** How tokens for users are signed. The server verifies them with `userTokens`, with the same key and audience. */
export type UserTokenSigner = {
  /** A secret or private JSON Web Key (RFC 7517) with its `alg`, and with its `kid` if the server has several keys. */
  readonly key: UserTokenKey
  readonly audience: string
  readonly issuer?: string | undefined
  /** How long a token is valid: 60 to 86,400. Default: 900. It never outlives the session. */
  readonly expiresInSeconds?: number | undefined
}

/** A token and when it expires. */
export type SignedToken = { token: string; expiresAt: Date }

/** Signs a token for a user (RFC 7519). */
export type SignToken = (userId: string, sessionEnd: Date) => Promise<SignedToken>

/** Makes what signs tokens for users. @throws INPUT_INVALID */
export function createTokenSigner({ key, audience, issuer, expiresInSeconds = 900 }: UserTokenSigner): SignToken {
  checkTokenKeys([key])
  if (typeof audience !== 'string' || audience === '') throw invalid('tokens.audience', 'is missing; name this app')
  if (!(expiresInSeconds >= 60 && expiresInSeconds <= 86_400))
    throw invalid('tokens.expiresInSeconds', 'must be from 60 to 86400', String(expiresInSeconds))
  return async (userId, sessionEnd) => {
    const now = Date.now()
    const end = Math.floor(Math.min(now + expiresInSeconds * 1_000, sessionEnd.getTime()) / 1_000)
    const unsigned = new SignJWT({ aud: audience, ...(issuer !== undefined && { iss: issuer }) })
      .setProtectedHeader({ alg: key.alg, typ: 'JWT', ...(key.kid !== undefined && { kid: key.kid }) })
      .setSubject(userId)
      .setIssuedAt(Math.floor(now / 1_000))
      .setExpirationTime(end)
    const token = await unsigned.sign(await importJWK(key as JWK, key.alg))
    return { token, expiresAt: new Date(end * 1_000) }
  }
}
