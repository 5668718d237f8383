import { hashOfSecret, type KeyContext, secretShape } from '../../service/api-keys.js'
import { type KeyOfSecret, readKeyOfSecret, writeLastUsed } from '../../store/api-keys.js'

/** Finds keys by their secrets. */
export type ServerKeys = {
  /** Gives the key that a secret opens, as it was less than a second ago; null where there is none. */
  readonly find: (secret: string) => Promise<KeyOfSecret | null>
  /** Tells whether a secret still opens its key. */
  readonly holds: (secret: string) => Promise<boolean>
  /** Writes down when keys were last used, if that is not done yet. */
  readonly flush: () => Promise<void>
}

type Found = { readonly since: number; readonly key: Promise<KeyOfSecret | null> }

/** Below a second by more than open streams take to look again: so a revoked key is of no use anywhere within one. */
const maxAgeMs = 700
/** How many secrets are remembered: wrong ones too, so that one that is sent again and again costs no statements. */
const mostRemembered = 10_000
const usedEveryMs = 60_000

/** Makes a finder of keys. `onError` hears why `last used` could not be written; that harms nobody else. */
export function createServerKeys(context: KeyContext, onError: (error: unknown) => void): ServerKeys {
  const remembered = new Map<string, Found>()
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
  const current = async (secret: string): Promise<KeyOfSecret | null> => {
    if (!secretShape.test(secret)) return null
    const key = await lookUp(hashOfSecret(secret))
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

function forgetOldest(remembered: Map<string, Found>): void {
  if (remembered.size <= mostRemembered) return
  const [oldest] = remembered.keys()
  remembered.delete(oldest!)
}

type Usage = { readonly note: (keyId: string) => void; readonly flush: () => Promise<void> }

// Off the request's path, and at most once a minute for each key.
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
