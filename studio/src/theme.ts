import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const storageKey = 'milepost-studio-theme'
const listeners = new Set<() => void>()
let theme = read()
apply()

/** Follows the theme that was chosen. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => theme)
}

/** Returns whether the page is dark now, and follows changes. */
export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, () => theme === 'dark' || (theme === 'system' && prefersDark().matches))
}

/** Chooses a theme for this browser. */
export function chooseTheme(next: Theme): void {
  theme = next
  localStorage.setItem(storageKey, next)
  apply()
  for (const listener of listeners) listener()
}

function read(): Theme {
  const stored = localStorage.getItem(storageKey)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

function apply(): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

function prefersDark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)')
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  const media = prefersDark()
  media.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    media.removeEventListener('change', listener)
  }
}
