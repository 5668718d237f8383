import { createHmac } from 'node:crypto'
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { sharedSecretKey, type UserTokenKey } from './user-token-keys.js'
import { createTokenVerifier, type UserTokenOptions } from './user-tokens.js'

type Signer = Parameters<SignJWT['sign']>[0]
type Pair = { readonly publicKey: Signer; readonly privateKey: Signer; readonly jwk: UserTokenKey }

const now = new Date('2026-06-01T12:00:00Z')
const nowSeconds = now.getTime() / 1000
const secret = 'a secret of the host of 32 bytes'
const shared = sharedSecretKey(secret)
const sharedBytes = new TextEncoder().encode(secret)
let es256: Pair
let eddsa: Pair

beforeAll(async () => {
  es256 = await pairOf('ES256')
  eddsa = await pairOf('EdDSA')
})

async function pairOf(alg: string): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { publicKey, privateKey, jwk: { ...(await exportJWK(publicKey)), alg, kid: alg } as UserTokenKey }
}

type Claims = { sub?: unknown; aud?: unknown; exp?: unknown; nbf?: number; iss?: string }

const good = { sub: 'ann', aud: 'shop', exp: nowSeconds + 60 }

function sign(claims: Claims, key: Signer = sharedBytes, header: { alg: string; kid?: string } = { alg: 'HS256' }) {
  return new SignJWT({ ...good, ...claims } as Record<string, unknown>).setProtectedHeader(header).sign(key)
}

function verifier(options: Partial<UserTokenOptions> = {}) {
  return createTokenVerifier({ keys: [shared], audience: 'shop', ...options }, () => now)
}

test('a token of each algorithm is valid, and gives the user and the expiry', async () => {
  const verify = verifier({ keys: [{ ...shared, kid: 'HS256' }, es256.jwk, eddsa.jwk] })
  const tokens = await Promise.all([
    sign({}, sharedBytes, { alg: 'HS256', kid: 'HS256' }),
    sign({}, es256.privateKey, { alg: 'ES256', kid: 'ES256' }),
    sign({}, eddsa.privateKey, { alg: 'EdDSA', kid: 'EdDSA' }),
  ])
  const verified = { userId: 'ann', expiresAt: new Date((nowSeconds + 60) * 1000) }
  expect(await Promise.all(tokens.map(verify))).toEqual([verified, verified, verified])
})

test.each<[string, Claims]>([
  ['expired', { exp: nowSeconds }],
  ['without an end', { exp: undefined }],
  ['with an end that is no number', { exp: 'tomorrow' }],
  ['that ends beyond the year 9999', { exp: 253_402_300_800 }],
  ['that ends in milliseconds', { exp: now.getTime() + 60_000_000_000_000 }],
  ['that ends at no instant', { exp: 1e300 }],
  ['that begins later', { nbf: nowSeconds + 5 }],
  ['for another audience', { aud: 'other' }],
  ['without an audience', { aud: undefined }],
  ['without a user', { sub: undefined }],
  ['for an empty user', { sub: '' }],
  ['for a user that is no text', { sub: 4711 }],
  ['for a user with a NUL', { sub: 'ann\u0000' }],
  ['for a user whose id is too long', { sub: 'a'.repeat(256) }],
])('a token %s is invalid', async (_, claims) => {
  expect(await verifier()(await sign(claims))).toBeNull()
})

test.each(['', 'x', 'a.b.c', '..', 'eyJhbGciOiJIUzI1NiJ9..', `${'a'.repeat(9000)}.b.c`])(
  '"%.20s" is no good',
  async token => {
    expect(await verifier()(token)).toBeNull()
  },
)

test.each([
  ['JWT', true],
  ['jwt', true],
  ['application/jwt', true],
  ['at+jwt', false],
  ['secevent+jwt', false],
  ['JOSE', false],
  ['', false],
])('of the type %s a token is good: %s', async (typ, isGood) => {
  const header = { alg: 'HS256', typ }
  expect((await verifier()(await sign({}, sharedBytes, header))) !== null).toBe(isGood)
})

test('a token that was changed, or signed with another secret, is invalid', async () => {
  const token = await sign({})
  const [header, , signature] = token.split('.')
  const payload = Buffer.from(JSON.stringify({ ...good, sub: 'ben' })).toString('base64url')
  expect(await verifier()([header, payload, signature].join('.'))).toBeNull()
  expect(await verifier()(await sign({}, new TextEncoder().encode('another secret of over 32 bytes!')))).toBeNull()
})

test('a token without an algorithm, or with another algorithm than its key, is invalid', async () => {
  const unsigned = (alg: string, kid?: string) => {
    return [{ alg, kid }, good].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  }
  const verify = verifier({ keys: [es256.jwk] })
  for (const alg of ['none', 'None', 'NONE', '']) expect(await verify(`${unsigned(alg, 'ES256')}.`)).toBeNull()
  // The public key of ES256 is known to everybody: as a secret of HS256 it must open nothing.
  const jwk = es256.jwk as JWK
  const secrets = [
    await exportSPKI(es256.publicKey as CryptoKey),
    JSON.stringify(jwk),
    Buffer.from(jwk.x!, 'base64url'),
  ]
  for (const known of secrets) {
    const signed = unsigned('HS256', 'ES256')
    const mac = createHmac('sha256', known).update(signed).digest('base64url')
    expect(await verify(`${signed}.${mac}`)).toBeNull()
  }
  const other = await generateKeyPair('RS256')
  expect(await verify(await sign({}, other.privateKey, { alg: 'RS256', kid: 'ES256' }))).toBeNull()
  expect(await verify(await sign({}, eddsa.privateKey, { alg: 'EdDSA', kid: 'ES256' }))).toBeNull()
})

test('an extension that must be understood is refused', async () => {
  const parts = [{ alg: 'HS256', crit: ['x'], x: 1 }, good]
  const signed = parts.map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  expect(await verifier()(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`)).toBeNull()
})

test('during a rotation both keys are valid by kid, but an unknown or missing kid is not', async () => {
  const other = sharedSecretKey('the next secret of the host, 32+')
  const bytes = new TextEncoder().encode('the next secret of the host, 32+')
  const verify = verifier({
    keys: [
      { ...shared, kid: 'old' },
      { ...other, kid: 'new' },
    ],
  })
  const signed = (key: Uint8Array, kid?: string) =>
    sign({}, key, kid === undefined ? { alg: 'HS256' } : { alg: 'HS256', kid })
  expect(await verify(await signed(sharedBytes, 'old'))).not.toBeNull()
  expect(await verify(await signed(bytes, 'new'))).not.toBeNull()
  for (const kid of ['new', 'none', '', undefined]) expect(await verify(await signed(sharedBytes, kid))).toBeNull()
  const after = verifier({ keys: [{ ...other, kid: 'new' }] })
  expect(await after(await signed(sharedBytes, 'old'))).toBeNull()
})

test('a clock may differ by the tolerance, and the issuer must be the one that is named', async () => {
  const token = await sign({ exp: nowSeconds - 20, iss: 'host' })
  expect(await verifier()(token)).toBeNull()
  expect(await verifier({ clockToleranceSeconds: 30, issuer: 'host' })(token)).not.toBeNull()
  expect(await verifier({ clockToleranceSeconds: 30, issuer: 'other' })(token)).toBeNull()
})

test.each<[string, () => Partial<UserTokenOptions>]>([
  ['no keys', () => ({ keys: [] })],
  ['no audience', () => ({ audience: '' })],
  ['a tolerance over a minute', () => ({ clockToleranceSeconds: 61 })],
  ['a short secret', () => ({ keys: [sharedSecretKey('short')] })],
  ['a key without an algorithm', () => ({ keys: [{ kty: 'oct', k: shared.k }] as never })],
  ['an algorithm that is not taken', () => ({ keys: [{ ...shared, alg: 'HS512' }] })],
  ['a public key that claims to be a secret', () => ({ keys: [{ ...es256.jwk, alg: 'HS256' }] })],
  ['a secret that claims to be a public key', () => ({ keys: [{ ...shared, alg: 'ES256' }] })],
  ['several keys without kid', () => ({ keys: [shared, es256.jwk] })],
  ['two keys of one kid', () => ({ keys: [es256.jwk, { ...eddsa.jwk, kid: 'ES256' }] })],
  ['a private key', () => ({ keys: [{ ...es256.jwk, d: 'x' }] })],
])('%s is refused when the server is made, without a secret in the message', (_, options) => {
  let caught: unknown
  try {
    verifier(options())
  } catch (error) {
    caught = error
  }
  expect(caught).toMatchObject({ code: 'INPUT_INVALID' })
  expect(JSON.stringify(caught) + String(caught)).not.toContain(String(shared.k))
})
