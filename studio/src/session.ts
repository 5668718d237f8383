import { useSyncExternalStore } from 'react'

const storageKey = 'milepost-studio-key'
const listeners = new Set<() => void>()
let key = sessionStorage.getItem(storageKey)

/** Returns the admin key of this tab, or null before sign-in. */
export function currentKey(): string | null {
  return key
}

/** Keeps a key for this tab, or forgets it. */
export function keepKey(next: string | null): void {
  key = next
  if (next === null) sessionStorage.removeItem(storageKey)
  else sessionStorage.setItem(storageKey, next)
  for (const listener of listeners) listener()
}

/** Follows the key of this tab. */
export function useKey(): string | null {
  return useSyncExternalStore(subscribe, currentKey)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
