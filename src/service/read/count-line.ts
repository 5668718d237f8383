import type { Database } from '../../store/database/database.js'
import { inTurn } from '../../store/database/in-turn.js'

/** What was counted, to be given again. */
export type Counts<Key, Counted> = {
  /** Gives what was counted under a key; counts where there is nothing younger. `maxAgeMs`: by what the counting costs when left out. */
  readonly get: (key: Key, maxAgeMs?: number) => Promise<Counted>
}

type Kept<Counted> = { readonly since: number; tookMs: number; readonly counted: Promise<Counted> }

const standardAgeMs = 60_000
/** Counting takes at most so small a part of the time. */
const ageByCost = 20
const mostKept = 8

const lines = new WeakMap<Database, object>()

/**
 * Keeps what long counts give, so that many who ask are answered by one. Of one database one count is under way at a time, for all
 * who count there, and only the last few keys are remembered.
 */
export function createCounts<Key, Counted>(db: Database, count: (key: Key) => Promise<Counted>): Counts<Key, Counted> {
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
