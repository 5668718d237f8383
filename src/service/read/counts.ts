import { inTurn } from '../../store/database/in-turn.js'
import type { Session } from '../../store/database/session.js'
import {
  claimCount,
  deleteCount,
  type KeptCount,
  readKeptCount,
  storeCount,
  unhurried,
} from '../../store/reports/kept-counts.js'
import type { Tables } from '../../store/schema/tables.js'
import { createBackground } from '../context/in-background.js'

/** Results of counting that are kept for a while. */
export type Counts<Key, Counted> = {
  /**
   * Returns a kept result for a key, or counts if there is none young enough. Without `maxAgeMs`, the allowed age depends
   * on how long the count took. A long count that is too old is returned all the same, and repeated in the background.
   */
  readonly get: (key: Key, maxAgeMs?: number) => Promise<Counted>
}

/** What is counted. `nameOf`: what a stored result is found by. */
export type Countable<Key, Counted> = {
  readonly nameOf: (key: Key) => string | Promise<string>
  readonly count: (key: Key, db: Session) => Promise<Counted>
  /** Turns a result into JSON, and back. */
  readonly toJson: (counted: Counted) => unknown
  readonly fromJson: (json: unknown) => Counted | Promise<Counted>
}

/** Where it is counted. `onFailure`: called if counting in the background failed. */
export type CountPlace = {
  readonly db: Session
  readonly tables: Tables
  readonly onFailure: (error: unknown) => void
  /** From which time on a count is long. */
  readonly longMs?: number
}

/** A result, when its count began, and how long after that it is given again. */
type Made<Counted> = { readonly counted: Counted; readonly since: number; readonly keptMs: number }

type Kept<Counted> = { since: number; keptMs: number; readonly counted: Promise<Counted> }

const standardAgeMs = 60_000
/** A result is kept at least this many times as long as counting it took. */
const ageByCost = 20
/** How often a process looks whether another one has counted what is due. */
const lookMs = 5_000
const mostKept = 8

const lines = new WeakMap<Session, object>()

/**
 * Keeps the results of long counts, so that one count answers many calls. At most one count at a time runs on a
 * database, even with several services, and only the keys used last are kept. Results of counts that took long are stored
 * too, for all processes.
 */
export function createCounts<Key, Counted>(
  place: CountPlace,
  countable: Countable<Key, Counted>,
): Counts<Key, Counted> {
  const { db, tables, onFailure } = place
  const counting = { ...place, ...countable }
  const kept = new Map<Key, Kept<Counted>>()
  const inBackground = createBackground(db, onFailure)

  const renew = async (key: Key, stored: KeptCount): Promise<void> => {
    if (await claimCount(db, tables, { ...stored, name: await countable.nameOf(key) }))
      remember(key, keptOf(Promise.resolve(await make(counting, key, true))))
  }

  const obtain = async (key: Key, maxAgeMs: number | undefined): Promise<Made<Counted>> => {
    const stored = isShared(db) && maxAgeMs !== 0 ? await readKeptCount(db, tables, await countable.nameOf(key)) : null
    if (!stored || stored.ageMs > (maxAgeMs ?? Number.POSITIVE_INFINITY)) return make(counting, key, stored !== null)
    const isDue = stored.dueInMs <= 0
    if (isDue) inBackground(() => renew(key, stored))
    return {
      counted: await countable.fromJson(stored.figures),
      since: performance.now() - stored.ageMs,
      keptMs: stored.ageMs + (isDue ? lookMs : stored.dueInMs),
    }
  }

  const remember = (key: Key, entry: Kept<Counted>): void => {
    kept.delete(key)
    kept.set(key, entry)
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!)
  }

  return {
    get: (key, maxAgeMs) => {
      const last = kept.get(key)
      const isYoung = last && performance.now() - last.since < (maxAgeMs ?? last.keptMs)
      const given = isYoung ? last : keptOf(obtain(key, maxAgeMs))
      given.counted.catch(() => kept.get(key) === given && kept.delete(key))
      remember(key, given)
      return given.counted
    },
  }
}

function keptOf<Counted>(making: Promise<Made<Counted>>): Kept<Counted> {
  const entry: Kept<Counted> = {
    since: performance.now(),
    keptMs: standardAgeMs,
    counted: making.then(({ counted, since, keptMs }) => {
      Object.assign(entry, { since, keptMs })
      return counted
    }),
  }
  return entry
}

function make<Key, Counted>(
  { db, tables, onFailure, longMs = 1_000, nameOf, count, toJson }: CountPlace & Countable<Key, Counted>,
  key: Key,
  wasStored: boolean,
): Promise<Made<Counted>> {
  const line = lines.get(db) ?? {}
  lines.set(db, line)
  const store = async (counted: Counted, tookMs: number, keptMs: number): Promise<void> => {
    if (tookMs >= longMs)
      await storeCount(db, tables, { name: await nameOf(key), figures: toJson(counted), tookMs, keptMs })
    else if (wasStored) await deleteCount(db, tables, await nameOf(key))
  }
  return inTurn(line, async () => {
    const since = performance.now()
    const counted = await (isShared(db) ? unhurried(db, tx => count(key, tx)) : count(key, db))
    const tookMs = performance.now() - since
    const keptMs = Math.max(standardAgeMs, tookMs * ageByCost)
    if (isShared(db)) await store(counted, tookMs, keptMs).catch(onFailure)
    return { counted, since, keptMs }
  })
}

// Over a single connection, a count in the background would stand in the way of everything else.
function isShared({ isTransaction, connectionCount }: Session): boolean {
  return !isTransaction && connectionCount > 1
}
