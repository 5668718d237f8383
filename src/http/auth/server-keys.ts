import { hashOfSecret, type KeyContext, secretShape } from '../../service/server/api-keys.js'
import { type KeyOfSecret, readKeyOfSecret, readSecretHashes, writeLastUsed } from '../../store/server/api-keys.js'
import { createRateLimiter, type RateLimit } from '../limits/rate-limit.js'

/** Finds keys by their secrets. */
export type ServerKeys = {
  /** Returns the key that a secret opens, at most a second old; null if there is none. */
  readonly find: (secret: string) => Promise<KeyOfSecret | null>
  /** Checks whether a secret still opens its key. */
  readonly holds: (secret: string) => Promise<boolean>
  /** Writes when keys were last used, if that is pending. */
  readonly flush: () => Promise<void>
}

type KeyLookup = { readonly since: number; readonly key: Promise<KeyOfSecret | null> }

/**
 * Below one second by more than the interval at which open streams check. So a revoked key stops working everywhere
 * within a second.
 */
const maxAgeMs = 700
/** How many secrets are remembered, including wrong ones. */
const mostRemembered = 10_000
const usedEveryMs = 60_000

/** Makes a finder of keys. `onError` receives errors of writing `last used`, which affect nothing else. */
export function createServerKeys(context: KeyContext, onError: (error: unknown) => void): ServerKeys {
  const remembered = new Map<string, KeyLookup>()
  const usage = createUsage(context, onError)
  const lookUp = (secretHash: string): Promise<KeyOfSecret | null> => {
    const last = remembered.get(secretHash)
    if (last && performance.now() - last.since < maxAgeMs) return last.key
    const { db, tables, now } = context
    const key = readKeyOfSecret(db, tables, { secretHash, now: now() })
    const next = { since: performance.now(), key }
    remembered.delete(secretHash)
    remembered.set(secretHash, next)
    key.catch(() => remembered.get(secretHash) === next && remembered.delete(secretHash))
    forgetOldest(remembered)
    return key
  }
  const mayOpen = createGuessGuard(context)
  // A secret that has opened a key is simply looked up again. Any other one must first pass the guard.
  const isKnown = (secretHash: string): boolean => remembered.has(secretHash)
  const current = async (secret: string): Promise<KeyOfSecret | null> => {
    if (!secretShape.test(secret)) return null
    const secretHash = hashOfSecret(secret)
    if (!isKnown(secretHash) && !(await mayOpen(secretHash))) return null
    const key = await lookUp(secretHash)
    if (!key) remembered.delete(secretHash)
    return key && (key.secretUntil === null || key.secretUntil > context.now()) ? key : null
  }
  return {
    find: async secret => {
      const key = await current(secret)
      if (key) usage.note(key.id)
      return key
    },
    holds: async secret => (await current(secret)) !== null,
    flush: usage.flush,
  }
}

const guesses: RateLimit = { perSecond: 5, burst: 20 }
const mostHashes = 100_000

/**
 * Checks whether an unknown secret may open a key. The first few are looked up one by one, so that a new key works at
 * once. Beyond those, all existing keys are read together now and then, and guesses cost no statement.
 */
function createGuessGuard({ db, tables }: KeyContext): (secretHash: string) => Promise<boolean> {
  const take = createRateLimiter(guesses)
  let known: { readonly since: number; readonly hashes: Promise<ReadonlySet<string>> } | undefined
  const readAll = (): Promise<ReadonlySet<string>> => {
    if (known && performance.now() - known.since < maxAgeMs) return known.hashes
    const next = {
      since: performance.now(),
      hashes: readSecretHashes(db, tables, mostHashes).then(hashes => new Set(hashes)),
    }
    known = next
    next.hashes.catch(() => {
      if (known === next) known = undefined
    })
    return next.hashes
  }
  return async secretHash => {
    if (take('') === 0) return true
    const hashes = await readAll()
    return hashes.has(secretHash) || hashes.size === mostHashes
  }
}

function forgetOldest(remembered: Map<string, KeyLookup>): void {
  if (remembered.size <= mostRemembered) return
  const [oldest] = remembered.keys()
  remembered.delete(oldest!)
}

type Usage = { readonly note: (keyId: string) => void; readonly flush: () => Promise<void> }

// Outside of the request, and at most once a minute per key.
function createUsage({ db, tables, now }: KeyContext, onError: (error: unknown) => void): Usage {
  const written = new Map<string, number>()
  const waiting = new Map<string, Date>()
  let writing: Promise<void> = Promise.resolve()
  const write = async (): Promise<void> => {
    const used = [...waiting].map(([id, at]) => ({ id, at }))
    waiting.clear()
    if (used.length > 0) await writeLastUsed(db, tables, used).catch(onError)
  }
  const flush = (): Promise<void> => {
    writing = writing.then(write)
    return writing
  }
  return {
    note: keyId => {
      const ms = performance.now()
      if (ms - (written.get(keyId) ?? Number.NEGATIVE_INFINITY) < usedEveryMs) return
      written.set(keyId, ms)
      waiting.set(keyId, now())
      void flush()
    },
    flush,
  }
}
