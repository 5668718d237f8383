import type { Badge } from '../../core/awards/badge.js'
import { hiddenProperty } from '../../core/values/hidden-property.js'

// The answer of a call contains the same badge, and says nothing of this.
const silence = hiddenProperty<Badge, true>('silence')

/** Marks awards that no listener is called for: those of users who are not to be notified. */
export function keepSilent(badges: readonly Badge[]): void {
  for (const badge of badges) silence.set(badge, true)
}

/** Checks whether listeners are not called for an award. */
export function isSilent(badge: Badge): boolean {
  return silence.get(badge) === true
}
