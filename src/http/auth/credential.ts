import { allows, type Scope } from '../../core/users/scope.js'

/** Who calls. */
export type CallerCredential =
  | { readonly type: 'key'; readonly keyId: string; readonly scopes: ReadonlySet<Scope>; readonly name: string }
  | { readonly type: 'user'; readonly userId: string; readonly expiresAt: Date | null }
  /** A caller whom the host's own `authorize` accepted. */
  | {
      readonly type: 'host'
      readonly scopes: ReadonlySet<Scope>
      readonly userId?: string | undefined
      readonly name?: string | undefined
      readonly expiresAt?: Date | undefined
    }

/** The answer of the host's own `authorize` for a request: its scopes, or the user it comes from, or both. */
export type HostAuthority = {
  readonly scopes?: readonly Scope[] | undefined
  readonly userId?: string | undefined
  /**
   * The name of the calling service, the same for every call. Rate limits, the audit log and `Idempotency-Key`s use it.
   * Without a name and a `userId`, calls with an `Idempotency-Key` are refused, because two services could share one.
   * `markSeen` ignores the key.
   */
  readonly name?: string | undefined
  /** When this expires; an open stream ends then. Open streams also call `authorize` again, at least every minute. */
  readonly expiresAt?: Date | undefined
}

/** Who may call a route. `user`: whether a user token is enough, for the user's `own` data or for `any` user. */
export type Access = 'public' | { readonly scope: Scope; readonly user?: 'own' | 'any' | undefined }

/**
 * Whether a caller is allowed. `unknown` and `forbidden` do not reveal what exists; `hidden` looks as if it did not
 * exist.
 */
export type Verdict = 'allowed' | 'unknown' | 'forbidden' | 'hidden'

/** Decides whether a caller may call a route. `userId`: the user whose data the route is about, if any. */
export function judge(access: Access, credential: CallerCredential | null, userId?: string): Verdict {
  if (access === 'public') return 'allowed'
  if (!credential) return 'unknown'
  if (credential.type !== 'user' && allows(credential.scopes, access.scope)) return 'allowed'
  const ownId = credential.type === 'key' ? undefined : credential.userId
  if (ownId === undefined || access.user === undefined) return 'forbidden'
  if (access.user === 'any' || userId === undefined || userId === ownId) return 'allowed'
  return 'hidden'
}

/** Checks whether a caller has a scope, and is not a user who may only access their own data. */
export function hasScope(credential: CallerCredential | null, scope: Scope): boolean {
  return credential !== null && credential.type !== 'user' && allows(credential.scopes, scope)
}

/** Checks whether a caller is a user of the app. */
export function isOfUser(credential: CallerCredential): boolean {
  return credential.type === 'user' || (credential.type === 'host' && credential.userId !== undefined)
}

/** Checks whether a caller can be distinguished from all others. */
export function hasIdentity(credential: CallerCredential): boolean {
  return credential.type !== 'host' || credential.userId !== undefined || credential.name !== undefined
}

/** Returns the name of a caller, used for counts, limits and remembered calls. */
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
