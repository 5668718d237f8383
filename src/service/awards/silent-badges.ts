import type { Badge } from '../../core/awards/badge.js'
import { hiddenProperty } from '../../core/values/hidden-property.js'

// A hidden property, because calls return the same badge object and must not show this.
const silence = hiddenProperty<Badge, true>('silence')

/** Marks awards for which no listener is called: those of users who turned off notifications. */
export function markSilent(badges: readonly Badge[]): void {
  for (const badge of badges) silence.set(badge, true)
}

/** Checks whether listeners are not called for an award. */
export function isSilent(badge: Badge): boolean {
  return silence.get(badge) === true
}
