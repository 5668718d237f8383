import type { HostAuthority } from '../http/auth/credential.js'

/** The part of Better Auth that knows who a request comes from. */
export type SessionSource = {
  readonly api: {
    readonly getSession: (input: {
      headers: Headers
    }) => Promise<{ readonly user: { readonly id: string }; readonly session: { readonly expiresAt: Date } } | null>
  }
}

/**
 * Makes the `authorize` of a server in the same app: a request with a session of Better Auth comes from its user, and
 * streams end with the session.
 *
 * @example
 * const server = createMilepostServer({ service, authorize: sessionAuthority(auth) })
 */
export function sessionAuthority(auth: SessionSource): (request: Request) => Promise<HostAuthority | null> {
  return async ({ headers }) => {
    const found = await auth.api.getSession({ headers })
    return found && { userId: found.user.id, expiresAt: new Date(found.session.expiresAt) }
  }
}
