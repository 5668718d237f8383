import { checkId } from '../../core/users/completion.js'
import { scopes as knownScopes, type Scope } from '../../core/users/scope.js'
import { invalid } from '../../core/values/invalid.js'
import { keysOf, readKnown } from '../../core/values/known-keys.js'
import type { CallerCredential, HostAuthority } from './credential.js'

type HostCredential = Extract<CallerCredential, { readonly type: 'host' }>

/** Identifies callers with the host's own `authorize`. */
export type HostCredentials = {
  /**
   * Returns null if `authorize` leaves it to keys and tokens. @throws TypeError, INPUT_INVALID for an invalid return
   * value
   */
  readonly authenticate: (request: Request) => Promise<HostCredential | null>
  /** Checks whether `authorize` still accepts a credential, by calling it from time to time. */
  readonly isAlive: (credential: HostCredential) => Promise<boolean>
}

/** The options of {@link createHostCredentials}. */
export type HostOptions = {
  readonly authorize?:
    | ((request: Request) => HostAuthority | null | undefined | Promise<HostAuthority | null | undefined>)
    | undefined
  readonly recheckMs?: number | undefined
  readonly now: () => Date
  readonly onError: (error: unknown) => void
}

type HostVerdict = { readonly request: Request; goodMs: number; askedMs: number; verdict: Promise<boolean> | undefined }

const longestMs = 60_000

/** Identifies callers with `authorize`. */
export function createHostCredentials({ authorize, recheckMs = 30_000, now, onError }: HostOptions): HostCredentials {
  const asked = new WeakMap<HostCredential, HostVerdict>()
  const everyMs = Math.min(recheckMs, longestMs)
  const authenticate = async (request: Request): Promise<HostCredential | null> => {
    const authority = await authorize?.(request)
    return authority ? credentialOf(authority) : null
  }
  const isWithin = ({ expiresAt }: HostCredential): boolean => expiresAt === undefined || expiresAt > now()
  // An error of `authorize` is not an answer, so the last answer stays valid for a while.
  const askAgain = async (credential: HostCredential, known: HostVerdict): Promise<boolean> => {
    try {
      const current = await authenticate(known.request)
      if (!current || !isWithin(current) || !hasAllOf(current, credential)) return false
      known.goodMs = performance.now()
      return true
    } catch (error) {
      onError(error)
      return performance.now() - known.goodMs < longestMs
    }
  }
  return {
    authenticate: async request => {
      const credential = await authenticate(request)
      if (!credential || !isWithin(credential)) return null
      const atMs = performance.now()
      asked.set(credential, { request, goodMs: atMs, askedMs: atMs, verdict: undefined })
      return credential
    },
    isAlive: async credential => {
      const known = asked.get(credential)
      if (!known || !isWithin(credential)) return false
      if (known.verdict) return performance.now() - known.askedMs < longestMs
      if (performance.now() - known.askedMs < everyMs) return true
      known.askedMs = performance.now()
      known.verdict = askAgain(credential, known).finally(() => {
        known.verdict = undefined
      })
      return known.verdict
    },
  }
}

function hasAllOf(current: HostCredential, { userId, name, scopes }: HostCredential): boolean {
  return current.userId === userId && current.name === name && [...scopes].every(scope => current.scopes.has(scope))
}

const answer = { field: 'the answer of authorize' }
const authorityKeys = keysOf<HostAuthority>({ scopes: true, userId: true, name: true, expiresAt: true })

function credentialOf(authority: HostAuthority): HostCredential {
  const { scopes = [], userId, name, expiresAt } = readKnown(answer.field, authority, authorityKeys, answer)
  const stray = scopes.find(scope => !knownScopes.includes(scope))
  if (stray !== undefined)
    throw new TypeError(`authorize returned the scope ${JSON.stringify(stray)}, which does not exist`)
  if (userId !== undefined) checkId('userId', userId)
  if (name !== undefined) checkId('userId', name, { field: 'name' })
  if (expiresAt !== undefined && !(expiresAt instanceof Date && !Number.isNaN(expiresAt.getTime())))
    throw invalid('expiresAt', 'is not a valid Date')
  return { type: 'host', scopes: new Set<Scope>(scopes), userId, name, expiresAt }
}
