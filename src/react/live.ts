import type { StreamEventOf } from '../client/stream-event.js'
import type { MilestoneSource } from './source.js'
import type { Store } from './store.js'

/** What comes by itself to one user: one stream for all components. */
export type Live = {
  /** Tells that a badge came, or may have come unheard. Returns how to leave. */
  readonly join: (hear: () => void) => () => void
  /** Hears whether there is a network, and the stream where that is asked for. Returns how to stop. */
  readonly open: (isStreamed: boolean) => () => void
}

/** Makes what listens for one user, and keeps the store up to date by it. */
export function createLive(client: MilestoneSource, userId: string, store: Store): Live {
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const hear of listeners) hear()
  }
  const again = (): void => {
    store.refresh('')
    tell()
  }
  const hear = ({ type }: StreamEventOf): void => {
    if (type === 'reset') {
      again()
      return
    }
    // It is read anew and not put in: the stream knows no locale.
    for (const prefix of type === 'progress' ? [type] : ['next', 'leaderboard', 'explanation']) store.refresh(prefix)
    if (type === 'badge.awarded') tell()
  }
  return {
    join: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open: isStreamed => {
      const end = new AbortController()
      const { signal } = end
      globalThis.addEventListener?.('online', again, { signal })
      globalThis.addEventListener?.('offline', store.goOffline, { signal })
      // Given up, nothing comes by itself any more: what is shown may grow old.
      if (isStreamed)
        client.listen?.({ userId, progress: true, onState: createStateWatch(again), signal }, hear, store.goOffline)
      return () => end.abort()
    },
  }
}

/** The stream itself misses nothing, but readings that failed meanwhile are to be made again. */
function createStateWatch(again: () => void): (state: 'open' | 'waiting') => void {
  let waited = false
  return state => {
    if (state === 'open' && waited) again()
    waited = state === 'waiting'
  }
}
