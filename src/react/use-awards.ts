'use client'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { type CelebrationState, createCelebrations } from './celebrations.js'
import { useMilepost } from './context.js'

/** What is celebrated, one at a time. */
export type Awards = CelebrationState & {
  /** Goes on to the next. */
  readonly dismiss: () => void
}

/** Hands out each new badge once over all tabs and devices: whoever marks it as seen first celebrates it. */
export function useAwards(): Awards {
  const { client, userId, locale, store, live } = useMilepost()
  const celebrations = useMemo(
    () => createCelebrations({ client, userId, locale, store, live }),
    [client, userId, locale, store, live],
  )
  useEffect(() => celebrations.open(), [celebrations])
  const state = useSyncExternalStore(celebrations.watch, celebrations.get, celebrations.get)
  return { ...state, dismiss: celebrations.dismiss }
}
