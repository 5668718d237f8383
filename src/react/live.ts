import type { BadgeOf } from '../client/answers.js'
import type { CatalogNames } from '../client/catalog-names.js'
import type { MilepostClient } from '../client/client.js'
import type { StreamEventOf } from '../client/stream-event.js'
import type { Store } from './store.js'

type Badge = BadgeOf<CatalogNames>

/** Hears of a badge that came; of null where something may have come unheard. */
export type AwardListener = (badge: Badge | null) => void

/** What comes by itself to one user: one stream for all components. */
export type Live = {
  readonly join: (hear: AwardListener) => () => void
  /** Opens the stream. Returns how to close it. */
  readonly open: () => () => void
}

/** Makes what listens for one user, and keeps the store up to date by it. */
export function createLive(client: MilepostClient<CatalogNames>, userId: string, store: Store): Live {
  const listeners = new Set<AwardListener>()
  const tell = (badge: Badge | null): void => {
    for (const hear of listeners) hear(badge)
  }
  const again = (): void => {
    store.refresh('')
    tell(null)
  }
  const hear = (event: StreamEventOf<CatalogNames>): void => {
    if (event.type === 'progress') store.put('progress', event.data)
    if (event.type === 'reset') again()
    if (event.type === 'progress' || event.type === 'reset') return
    for (const prefix of ['next', 'leaderboard', 'explanation']) store.refresh(prefix)
    if (event.type === 'badge.awarded') tell(event.data.badge)
  }
  return {
    join: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open: () => {
      const onState = createStateWatch(again)
      const stop = client.listen({ userId, progress: true, onState }, hear)
      globalThis.addEventListener?.('online', again)
      globalThis.addEventListener?.('offline', store.goOffline)
      return () => {
        stop()
        globalThis.removeEventListener?.('online', again)
        globalThis.removeEventListener?.('offline', store.goOffline)
      }
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
