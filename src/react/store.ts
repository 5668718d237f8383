import type { MilepostClientError } from '../client/client-error.js'
import { revive } from '../client/revive.js'
import { nothing, type QueryState } from './snapshot.js'

/** Keeps what was read, so that components that show the same share one reading. */
export type Store = {
  readonly get: (key: string) => QueryState<unknown>
  /** What a server rendered with, for the first rendering in the browser. */
  readonly first: (key: string) => QueryState<unknown>
  /** Reads what is not known yet, and calls back on changes. Returns a function that stops it. */
  readonly watch: (key: string, load: Load, hear: () => void) => () => void
  /** Puts in what came by itself. */
  readonly put: (key: string, data: unknown) => void
  /** For all keys with this prefix: reads again what is watched, and forgets the rest. */
  readonly refresh: (prefix: string) => void
  /** Marks what is shown as perhaps old. */
  readonly goOffline: () => void
}

export type Load = () => Promise<unknown>
type Entry = {
  snapshot: QueryState<unknown>
  load?: Load
  turn: number
  readonly listeners: Set<() => void>
}

/** Creates a store that starts with the data a server rendered with. */
export function createStore(initial: Readonly<Record<string, unknown>>): Store {
  const entries = new Map<string, Entry>()
  for (const [key, data] of Object.entries(initial))
    if (data !== undefined) entries.set(key, entryOf(known(revive(structuredClone(data)))))
  const first = new Map([...entries].map(([key, { snapshot }]) => [key, snapshot]))

  const entryAt = (key: string): Entry => {
    const entry = entries.get(key) ?? entryOf(nothing)
    entries.set(key, entry)
    return entry
  }
  const change = (entry: Entry, snapshot: QueryState<unknown>): void => {
    entry.snapshot = snapshot
    for (const hear of entry.listeners) hear()
  }
  const read = async (entry: Entry): Promise<void> => {
    const turn = ++entry.turn
    const isLate = (): boolean => turn !== entry.turn
    change(entry, { ...entry.snapshot, isLoading: true })
    try {
      const data = await entry.load!()
      if (!isLate()) change(entry, known(data))
    } catch (error) {
      if (!isLate()) change(entry, { ...entry.snapshot, isLoading: false, error, isOffline: isOffline(error) })
    }
  }
  return {
    get: key => entries.get(key)?.snapshot ?? nothing,
    first: key => first.get(key) ?? nothing,
    watch: (key, load, hear) => {
      const entry = entryAt(key)
      entry.listeners.add(hear)
      entry.load = load
      if (entry.snapshot === nothing) void read(entry)
      return () => entry.listeners.delete(hear)
    },
    put: (key, data) => {
      const entry = entryAt(key)
      entry.turn++
      change(entry, known(data))
    },
    refresh: prefix => {
      for (const [key, entry] of entries) {
        if (!key.startsWith(prefix)) continue
        if (entry.listeners.size > 0) void read(entry)
        else entries.delete(key)
      }
    },
    goOffline: () => {
      for (const entry of entries.values())
        if (entry.snapshot.data) change(entry, { ...entry.snapshot, isOffline: true })
    },
  }
}

function entryOf(snapshot: QueryState<unknown>): Entry {
  return { snapshot, turn: 0, listeners: new Set() }
}

function known(data: unknown): QueryState<unknown> {
  return { data, error: null, isOffline: false, isLoading: false }
}

/** Returns whether reading failed because no answer came. */
export function isOffline(error: unknown): boolean {
  const { code } = (error ?? {}) as Partial<MilepostClientError>
  return code === 'NETWORK' || code === 'TIMEOUT'
}
