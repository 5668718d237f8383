import type { StreamEventOf } from '../client/stream-event.js'
import type { MilestoneSource } from './source.js'
import type { Store } from './store.js'

/** What comes by itself to one user: one stream for all components. */
export type Live = {
  /** Calls back when a badge was awarded, or may have been while disconnected. Returns a function that stops it. */
  readonly join: (hear: () => void) => () => void
  /** Watches the network and, if wanted, opens the stream. Returns a function that stops both. */
  readonly open: (isStreamed: boolean) => () => void
}

/** Creates the listener for one user, which keeps the store up to date. */
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
    // It is read again, because the stream has no locale.
    for (const prefix of type === 'progress' ? [type, 'balance'] : ['next', 'leaderboard', 'explanation'])
      store.refresh(prefix)
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
      let before: 'open' | 'waiting' | undefined
      // Once open, the stream itself misses nothing. But a badge may have come after the page looked and before it first opened, and reads
      // that failed while it was interrupted must run again.
      const onState = (state: 'open' | 'waiting'): void => {
        if (state === 'open') (before ? again : tell)()
        before = state
      }
      globalThis.addEventListener?.('online', again, { signal })
      globalThis.addEventListener?.('offline', store.goOffline, { signal })
      // Given up, nothing comes by itself any more: what is shown may grow old.
      if (isStreamed) client.listen?.({ userId, progress: true, onState, signal }, hear, store.goOffline)
      return () => end.abort()
    },
  }
}
