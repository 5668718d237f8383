import { inTurn } from '../../store/database/in-turn.js'
import type { Session } from '../../store/database/session.js'

/** Results of counting that are kept for a while. */
export type Counts<Key, Counted> = {
  /**
   * Returns the kept result for a key, or counts if there is none young enough. Without `maxAgeMs`, the allowed age
   * depends on how long the count took.
   */
  readonly get: (key: Key, maxAgeMs?: number) => Promise<Counted>
}

type Kept<Counted> = { readonly since: number; tookMs: number; readonly counted: Promise<Counted> }

const standardAgeMs = 60_000
/** A result is kept at least this many times as long as counting it took. */
const ageByCost = 20
const mostKept = 8

const lines = new WeakMap<Session, object>()

/**
 * Keeps the results of long counts, so that one count answers many calls. At most one count at a time runs on a
 * database, even with several services, and only the keys used last are kept.
 */
export function createCounts<Key, Counted>(db: Session, count: (key: Key) => Promise<Counted>): Counts<Key, Counted> {
  const line = lines.get(db) ?? {}
  lines.set(db, line)
  const kept = new Map<Key, Kept<Counted>>()
  const begin = (key: Key): Kept<Counted> => {
    const next: Kept<Counted> = {
      since: performance.now(),
      tookMs: 0,
      counted: inTurn(line, async () => {
        const startedAt = performance.now()
        const counted = await count(key)
        next.tookMs = performance.now() - startedAt
        return counted
      }),
    }
    next.counted.catch(() => kept.get(key) === next && kept.delete(key))
    return next
  }
  return {
    get: (key, maxAgeMs) => {
      const last = kept.get(key)
      const isYoung =
        last && performance.now() - last.since < (maxAgeMs ?? Math.max(standardAgeMs, last.tookMs * ageByCost))
      const given = isYoung ? last : begin(key)
      kept.delete(key)
      kept.set(key, given)
      if (kept.size > mostKept) kept.delete(kept.keys().next().value!)
      return given.counted
    },
  }
}
