import { useSyncExternalStore } from 'react'

const storageKey = 'milepost-studio-shortcuts'
const listeners = new Set<() => void>()
let isOn = localStorage.getItem(storageKey) !== 'off'

/** Returns whether single-key shortcuts are on in this browser. Users of speech input may not want them. */
export function areShortcutsOn(): boolean {
  return isOn
}

/** Follows whether single letters are shortcuts. */
export function useShortcuts(): boolean {
  return useSyncExternalStore(subscribe, areShortcutsOn)
}

/** Switches them on or off. */
export function switchShortcuts(): void {
  isOn = !isOn
  localStorage.setItem(storageKey, isOn ? 'on' : 'off')
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
