import { allows, type Scope } from '../../core/users/scope.js'

/** Who calls. */
export type CallerCredential =
  | { readonly type: 'key'; readonly keyId: string; readonly scopes: ReadonlySet<Scope>; readonly name: string }
  | { readonly type: 'user'; readonly userId: string; readonly expiresAt: Date | null }
  /** Somebody whom the host's own `authorize` let in. */
  | {
      readonly type: 'host'
      readonly scopes: ReadonlySet<Scope>
      readonly userId?: string | undefined
      readonly name?: string | undefined
      readonly expiresAt?: Date | undefined
    }

/** What the host's own `authorize` says of a request: which scopes it has, or that it comes from one of its users, or both. */
export type HostAuthority = {
  readonly scopes?: readonly Scope[] | undefined
  readonly userId?: string | undefined
  /**
   * Names the service that calls, the same at every call: rates, the audit log and an `Idempotency-Key` go by it. Without a name and a
   * `userId`, calls with an `Idempotency-Key` are refused, since two services could share one; `markSeen` ignores it.
   */
  readonly name?: string | undefined
  /** When this ends: a stream ends then. Open streams also ask `authorize` again, at least every minute. */
  readonly expiresAt?: Date | undefined
}

/** Who may call a route. `user`: whether a user's own token will do: for that `own` user's data, or for `any` user. */
export type Access = 'public' | { readonly scope: Scope; readonly user?: 'own' | 'any' | undefined }

/** What a caller may: `unknown` and `forbidden` tell nothing of what is there, and `hidden` looks like what is not. */
export type Verdict = 'allowed' | 'unknown' | 'forbidden' | 'hidden'

/** Decides whether a caller may call a route. `userId`: whose data the route is about, where it is about one user's. */
export function judge(access: Access, credential: CallerCredential | null, userId?: string): Verdict {
  if (access === 'public') return 'allowed'
  if (!credential) return 'unknown'
  if (credential.type !== 'user' && allows(credential.scopes, access.scope)) return 'allowed'
  const ownId = credential.type === 'key' ? undefined : credential.userId
  if (ownId === undefined || access.user === undefined) return 'forbidden'
  if (access.user === 'any' || userId === undefined || userId === ownId) return 'allowed'
  return 'hidden'
}

/** Tells whether a caller has a scope, and is not let in as a user for the own data alone. */
export function hasScope(credential: CallerCredential | null, scope: Scope): boolean {
  return credential !== null && credential.type !== 'user' && allows(credential.scopes, scope)
}

/** Tells whether a caller is a user of the app. */
export function isOfUser(credential: CallerCredential): boolean {
  return credential.type === 'user' || (credential.type === 'host' && credential.userId !== undefined)
}

/** Tells whether a caller can be told from every other. */
export function hasIdentity(credential: CallerCredential): boolean {
  return credential.type !== 'host' || credential.userId !== undefined || credential.name !== undefined
}

/** Names a caller: what is counted, limited and remembered of calls goes by it. */
export function callerOf(credential: CallerCredential): string {
  switch (credential.type) {
    case 'key':
      return `key:${credential.keyId}`
    case 'user':
      return `user:${credential.userId}`
    case 'host':
      return credential.name === undefined || credential.userId !== undefined
        ? `host:${credential.userId ?? ''}`
        : `service:${credential.name}`
  }
}
