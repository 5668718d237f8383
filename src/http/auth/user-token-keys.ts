import { type CryptoKey, importJWK, type JWK, type KeyObject } from 'jose'
import { invalid } from '../../core/values/invalid.js'

/** The allowed algorithms of user tokens. */
export const tokenAlgorithms = ['HS256', 'ES256', 'EdDSA'] as const

export type TokenAlgorithm = (typeof tokenAlgorithms)[number]

/**
 * A key that verifies user tokens: a JSON Web Key (RFC 7517) with its `alg`, and with its `kid` if there are several.
 */
export type UserTokenKey = {
  readonly kty: string
  readonly alg: string
  readonly kid?: string | undefined
  readonly [parameter: string]: unknown
}

/** A key that is ready to verify, for one algorithm only. */
export type VerifyingKey = {
  readonly algorithm: TokenAlgorithm
  readonly kid: string | undefined
  readonly key: CryptoKey | KeyObject | Uint8Array
}

const shapes: Readonly<Record<TokenAlgorithm, { readonly kty: string; readonly crv?: string }>> = {
  HS256: { kty: 'oct' },
  ES256: { kty: 'EC', crv: 'P-256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
}

/** RFC 7518, 3.2: an HS256 key is at least as long as its hash. */
const shortestSecretBytes = 32

/** Turns a shared secret into an HS256 key. @throws INPUT_INVALID if it is under 32 bytes */
export function sharedSecretKey(secret: string): UserTokenKey {
  return { kty: 'oct', alg: 'HS256', k: Buffer.from(secret, 'utf8').toString('base64url') }
}

/** Checks the keys of user tokens. @throws INPUT_INVALID with the position of the key, never its contents */
export function checkTokenKeys(keys: readonly UserTokenKey[]): void {
  if (!Array.isArray(keys) || keys.length === 0) throw invalid('userTokens.keys', 'is empty; pass at least one key')
  keys.forEach(checkTokenKey)
  if (keys.length === 1) return
  const kids = keys.map(({ kid }) => kid)
  if (kids.some(kid => kid === undefined)) throw invalid('userTokens.keys', 'has several keys; give each a `kid`')
  if (new Set(kids).size < kids.length) throw invalid('userTokens.keys', 'has two keys with the same `kid`')
}

function checkTokenKey(key: UserTokenKey, index: number): void {
  const field = `userTokens.keys[${index}]`
  const algorithm = tokenAlgorithms.find(known => known === key?.alg)
  if (!algorithm) throw invalid(field, `must say its \`alg\`: ${tokenAlgorithms.join(', ')}`)
  if (key.kid !== undefined && typeof key.kid !== 'string') throw invalid(field, 'has a `kid` that is not a string')
  const { kty, crv } = shapes[algorithm]
  if (key.kty !== kty || (crv !== undefined && key.crv !== crv)) {
    throw invalid(field, `is not a valid ${algorithm} key: \`kty\` must be ${kty}${crv ? `, \`crv\` ${crv}` : ''}`)
  }
  if (kty === 'oct') checkSecret(field, key)
  else if (key.d !== undefined) throw invalid(field, 'is a private key; pass the public key, without `d`')
}

function checkSecret(field: string, { k }: UserTokenKey): void {
  const byteCount = typeof k === 'string' ? Buffer.from(k, 'base64url').length : 0
  if (byteCount < shortestSecretBytes) throw invalid(field, `has a secret under ${shortestSecretBytes} bytes`)
}

/** Prepares a checked key for verification. @throws INPUT_INVALID if it is not a valid key */
export async function verifyingKey(given: UserTokenKey): Promise<VerifyingKey> {
  const algorithm = given.alg as TokenAlgorithm
  try {
    return { algorithm, kid: given.kid, key: await importJWK(given as JWK, algorithm) }
  } catch {
    throw invalid('userTokens.keys', `has an invalid ${algorithm} key`)
  }
}
