import type { Badge } from '../../core/awards/badge.js'

// Beside the badges, not in them: what a caller gets says nothing of it, and it goes with them.
const silent = new WeakSet<Badge>()

/** Keeps awards to be told to nobody but the caller: those of users who are not to be notified. */
export function keepSilent(badges: readonly Badge[]): void {
  for (const badge of badges) silent.add(badge)
}

/** Tells whether listeners are not to hear of an award. */
export function isSilent(badge: Badge): boolean {
  return silent.has(badge)
}
