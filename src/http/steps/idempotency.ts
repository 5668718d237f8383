import { createHash, randomUUID } from 'node:crypto'
import type { Session } from '../../store/database/session.js'
import type { Tables } from '../../store/schema/tables.js'
import {
  claimKey,
  deleteExpired,
  deleteSurplus,
  freeKey,
  type IdempotentCall,
  type Lifetimes,
  renewLease,
  storeAnswer,
} from '../../store/server/idempotency.js'
import { sealed, unsealed } from './idempotency-cipher.js'

/** A call with an Idempotency-Key. */
export type KeyedCall = {
  /** The key itself, as returned by `idempotencyKeyOf`. */
  readonly key: string
  /** The caller. Keys of different callers are separate. */
  readonly caller: string
  readonly method: string
  /** The path of the route as in the contract, with the names of its parameters. */
  readonly route: string
  /** Path and query of the request. */
  readonly target: string
  readonly body: Uint8Array
  /** How many answers of this caller are stored, the latest ones. Default: 10,000. */
  readonly keptCount?: number | undefined
  /**
   * Checks by the body of an answer whether nothing was done. A repeat then gives the same answer anyway, so it is not
   * stored.
   */
  readonly isIdle?: ((body: string) => boolean) | undefined
}

/**
 * The result of a call: an answer, new or `replayed`; or the key belongs to a different call, or to one that is still
 * running.
 */
export type KeyedAnswer =
  | { readonly status: 'answered' | 'replayed'; readonly response: Response }
  | { readonly status: 'other-call' | 'running' }

/** Does a call once for its key. An error of `work` frees the key and passes through. */
export type OncePerKey = (call: KeyedCall, work: () => Promise<Response>) => Promise<KeyedAnswer>

/** How long answers are stored, and how soon a call whose server died may be done again. */
const lifetimes: Lifetimes = { keepMs: 24 * 3_600_000, leaseMs: 12_000 }
const renewEveryMs = 3_000
const sweepEveryMs = 60_000
const sweptAtOnce = 1_000
const mostKept = 10_000
const keptHeaders = ['content-type', 'location', 'etag', 'link', 'www-authenticate'] as const

/** Makes a function that does calls once per key. `onError` receives errors that the answer does not depend on. */
export function createOncePerKey(db: Session, tables: Tables, onError: (error: unknown) => void): OncePerKey {
  let sweptAt = Number.NEGATIVE_INFINITY
  const sweep = (): void => {
    if (performance.now() - sweptAt < sweepEveryMs) return
    sweptAt = performance.now()
    sweepAll(db, tables).catch(onError)
  }
  return async (keyed, work) => {
    const call = idempotentCall(keyed)
    const claim = await claimKey(db, tables, call, lifetimes)
    if (claim.status === 'running' || claim.status === 'other-call') return { status: claim.status }
    if (claim.status === 'done') {
      return {
        status: 'replayed',
        response: replayOf(unsealed(claim.answer, keyed.key, contextOf(call)), claim.answerStatus),
      }
    }
    sweep()
    const renewal = setInterval(() => renewLease(db, tables, call, lifetimes.leaseMs).catch(onError), renewEveryMs)
    try {
      return { status: 'answered', response: await kept({ db, tables, call, keyed, onError }, await work()) }
    } catch (error) {
      await freeKey(db, tables, call).catch(onError)
      throw error
    } finally {
      clearInterval(renewal)
    }
  }
}

// Deletes until nothing is left, because a caller can write faster than one round per minute deletes.
async function sweepAll(db: Session, tables: Tables): Promise<void> {
  while ((await deleteExpired(db, tables, sweptAtOnce)) === sweptAtOnce) await new Promise(setImmediate)
}

type Kept = {
  readonly db: Session
  readonly tables: Tables
  readonly call: IdempotentCall
  readonly keyed: KeyedCall
  readonly onError: (error: unknown) => void
}

// An answer that may be different next time is not stored, so that the caller can call again. What was done is always
// reported, even if it cannot be stored.
async function kept({ db, tables, call, keyed, onError }: Kept, response: Response): Promise<Response> {
  const { status } = response
  if (status >= 500 || status === 429) {
    await freeKey(db, tables, call).catch(onError)
    return response
  }
  const body = await response.text()
  if (status < 300 && keyed.isIdle?.(body)) {
    await freeKey(db, tables, call).catch(onError)
    return new Response(bodyOf(status, body), { status, headers: response.headers })
  }
  const headers = keptHeaders.flatMap(name => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  const answer = sealed(JSON.stringify({ headers, body }), keyed.key, contextOf(call))
  await storeAnswer(db, tables, call, { status, answer }).catch(onError)
  await deleteSurplus(db, tables, { callerHash: call.callerHash, kept: keyed.keptCount ?? mostKept }).catch(onError)
  return new Response(bodyOf(status, body), { status, headers: response.headers })
}

function replayOf(text: string, status: number): Response {
  const { headers, body } = JSON.parse(text) as { readonly headers: [string, string][]; readonly body: string }
  return new Response(bodyOf(status, body), { status, headers: [...headers, ['idempotent-replayed', 'true']] })
}

function bodyOf(status: number, body: string): string | null {
  return status === 204 || status === 304 ? null : body
}

function idempotentCall({ key, caller, method, route, target, body }: KeyedCall): IdempotentCall {
  return {
    keyHash: digestOf(caller, method, route, key),
    callerHash: digestOf(caller),
    fingerprint: digestOf(method, target, body),
    lease: randomUUID(),
  }
}

function contextOf({ keyHash, fingerprint }: IdempotentCall): string {
  return `${keyHash} ${fingerprint}`
}

// Each part comes after its length, so that two different lists never read the same.
function digestOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part
    hash.update(`${bytes.length} `).update(bytes)
  }
  return hash.digest('hex')
}

/**
 * Parses the header Idempotency-Key: bare, or as a string of RFC 8941, section 3.3.3. Returns null if there is none,
 * and undefined if it is not 1 to 255 visible ASCII characters.
 */
export function idempotencyKeyOf(headers: Headers): string | null | undefined {
  const header = headers.get('idempotency-key')
  if (header === null) return null
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header)?.[1]
  const key = quoted === undefined ? header : quoted.replace(/\\(["\\])/g, '$1')
  return /^[\x21-\x7e]{1,255}$/.test(key) ? key : undefined
}
