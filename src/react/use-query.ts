'use client'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { MilepostContext } from './context.js'
import { useMilepost } from './context.js'
import type { QueryState } from './snapshot.js'

/** A query result, and a function that reloads it. */
export type Query<T = unknown> = QueryState<T> & { readonly reload: () => void }

/** Reads something once for all components that ask by the same key. */
export function useQuery<T>(key: string, load: (context: MilepostContext) => Promise<T>): Query<T> {
  const context = useMilepost()
  const { store } = context
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key names what is loaded
  const watch = useCallback((hear: () => void) => store.watch(key, () => load(context), hear), [store, key])
  const get = (): QueryState<T> => store.get(key) as QueryState<T>
  const first = (): QueryState<T> => store.first(key) as QueryState<T>
  const snapshot = useSyncExternalStore(watch, get, first)
  return useMemo(() => ({ ...snapshot, reload: () => store.refresh(key) }), [snapshot, store, key])
}
