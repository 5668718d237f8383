import type { KeyContext } from '../../service/server/api-keys.js'
import type { CallerCredential, HostAuthority } from './credential.js'
import { createHostCredentials } from './host-credentials.js'
import { createServerKeys } from './server-keys.js'
import { createTokenVerifier, type UserTokenOptions } from './user-tokens.js'

/** What callers are told apart by. */
export type AuthenticatorOptions = KeyContext & {
  /** How often `authorize` is asked again of an open stream. Default: 30,000. */
  readonly recheckMs?: number | undefined
  readonly userTokens?: UserTokenOptions | undefined
  /** The host's own: what it returns counts; where it returns null, keys and tokens do. */
  readonly authorize?:
    | ((request: Request) => HostAuthority | null | undefined | Promise<HostAuthority | null | undefined>)
    | undefined
  /** Hears of faults that are nobody's request. */
  readonly onError: (error: unknown) => void
}

/** Tells who calls. */
export type Authenticator = {
  /**
   * Returns null where a request has no credential, or one that is no good. `inQuery`: whether a user token may stand in the query as
   * `access_token`, since a browser's EventSource sends no headers.
   */
  readonly authenticate: (
    request: Request,
    options?: { readonly inQuery?: boolean },
  ) => Promise<CallerCredential | null>
  /**
   * Tells whether a credential that `authenticate` returned is still good: of keys and tokens at most a second late, of whom `authorize`
   * let in at most a minute. Costs no statement for most calls.
   */
  readonly isAlive: (credential: CallerCredential) => Promise<boolean>
  /** Writes what is still to be written. */
  readonly close: () => Promise<void>
}

/** Makes the one that tells who calls. @throws INPUT_INVALID where an option is wrong */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { userTokens, now, onError } = options
  const keys = createServerKeys(options, onError)
  const verify = userTokens ? createTokenVerifier(userTokens, now) : async () => null
  const secrets = new WeakMap<CallerCredential, string>()
  const host = createHostCredentials(options)

  const byKey = async (secret: string): Promise<CallerCredential | null> => {
    const key = await keys.find(secret)
    if (!key) return null
    const credential = { type: 'key', keyId: key.id, name: key.name, scopes: new Set(key.scopes) } as const
    secrets.set(credential, secret)
    return credential
  }
  const byToken = async (token: string): Promise<CallerCredential | null> => {
    const verified = await verify(token)
    return verified && { type: 'user', ...verified }
  }
  return {
    authenticate: async (request, { inQuery = false } = {}) => {
      const byHost = await host.authenticate(request)
      if (byHost) return byHost
      const bearer = bearerOf(request)
      if (bearer !== undefined) return bearer.startsWith('mp_') ? byKey(bearer) : byToken(bearer)
      const inUrl = inQuery ? new URL(request.url).searchParams.get('access_token') : null
      return inUrl === null ? null : byToken(inUrl)
    },
    isAlive: async credential => {
      if (credential.type === 'key') return keys.holds(secrets.get(credential) ?? '')
      if (credential.type === 'host') return host.isAlive(credential)
      return credential.expiresAt === null || credential.expiresAt > now()
    },
    close: keys.flush,
  }
}

// RFC 6750, 2.1. More than one header is joined with a comma, which no token has in it.
function bearerOf(request: Request): string | undefined {
  const header = request.headers.get('authorization')
  return header === null ? undefined : (/^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header)?.[1] ?? '')
}
