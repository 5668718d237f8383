'use client'
import { useSyncExternalStore } from 'react'
import { type CelebrationState, type Celebrations, createCelebrations } from './celebrations.js'
import { useMilepost } from './context.js'
import type { Store } from './store.js'

/** What is celebrated now; badges that come together are one celebration. */
export type Awards = CelebrationState & {
  /** Continues with the next one. */
  readonly dismiss: () => void
}

/** Celebrates each new badge once. Of all tabs and devices, the first one to mark it as seen celebrates it. */
export function useAwards(): Awards {
  const context = useMilepost()
  const celebrations = known.get(context.store) ?? createCelebrations(context)
  known.set(context.store, celebrations)
  const state = useSyncExternalStore(celebrations.watch, celebrations.get, celebrations.get)
  return { ...state, dismiss: celebrations.dismiss }
}

// They outlive the component: a badge that was claimed just when a page changed is shown on the next.
const known = new WeakMap<Store, Celebrations>()
