import type { KeyContext } from '../../service/server/api-keys.js'
import type { CallerCredential, HostAuthority } from './credential.js'
import { createHostCredentials } from './host-credentials.js'
import { createServerKeys } from './server-keys.js'
import { createTokenVerifier, type UserTokenOptions } from './user-tokens.js'

/** What the authenticator needs to identify callers. */
export type AuthenticatorOptions = KeyContext & {
  /** How often `authorize` is called again for an open stream, in milliseconds. Default: 30,000. */
  readonly recheckMs?: number | undefined
  readonly userTokens?: UserTokenOptions | undefined
  /** The host's own authorization. If it returns null, keys and tokens are checked. */
  readonly authorize?:
    | ((request: Request) => HostAuthority | null | undefined | Promise<HostAuthority | null | undefined>)
    | undefined
  /** Receives errors that do not belong to a request. */
  readonly onError: (error: unknown) => void
}

/** Identifies callers. */
export type Authenticator = {
  /**
   * Returns null if a request has no credential, or an invalid one. `inQuery`: whether a user token may be in the query
   * as `access_token`, because a browser's EventSource cannot send headers.
   */
  readonly authenticate: (
    request: Request,
    options?: { readonly inQuery?: boolean },
  ) => Promise<CallerCredential | null>
  /**
   * Checks whether a credential that `authenticate` returned is still valid. For keys and tokens the answer is at most
   * a second old, for `authorize` at most a minute. Most calls cost no statement.
   */
  readonly isAlive: (credential: CallerCredential) => Promise<boolean>
  /** Writes pending changes. */
  readonly close: () => Promise<void>
}

/** Makes an authenticator. @throws INPUT_INVALID for a wrong option */
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

// RFC 6750, 2.1. Several headers are joined with a comma, which no token contains.
function bearerOf(request: Request): string | undefined {
  const header = request.headers.get('authorization')
  return header === null ? undefined : (/^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header)?.[1] ?? '')
}
