import type { CompiledMilestone } from '../awards/compile.js'
import { badgeIdParts } from '../catalog/badge-id.js'
import { openTimeOf } from '../time/open-time.js'
import type { ProgressView } from './progress-view.js'

/**
 * The status of a milestone for a user. `earned`: the user holds a badge of it. `expired`: every badge of it that the
 * user holds has expired. `open`: the user can work on it now.
 * `locked`: badges that are needed first are missing. `upcoming` and `over`: it is not available yet, or no longer.
 * `full`: as many users have its badge as can.
 * `revoked`: its badge was revoked manually and is not awarded again. `retired`: it is no longer awarded.
 */
export type MilestoneStatus =
  | 'earned'
  | 'expired'
  | 'open'
  | 'locked'
  | 'upcoming'
  | 'over'
  | 'full'
  | 'revoked'
  | 'retired'

/** What decides a status. */
export type Standing = { readonly isEarned: boolean; readonly isLocked: boolean }

/** Finds the status of a milestone that is not retired. */
export function statusOf(
  compiled: CompiledMilestone,
  view: ProgressView,
  { isEarned, isLocked }: Standing,
): MilestoneStatus {
  if (isEarned) return isExpired(compiled, view) ? 'expired' : 'earned'
  if (isRefused(compiled, view)) return 'revoked'
  if (view.full?.has(compiled.milestone.id)) return 'full'
  return closedNow(compiled, view) ?? (isLocked ? 'locked' : 'open')
}

function isExpired({ milestone: { id } }: CompiledMilestone, { expiresAtById, now }: ProgressView): boolean {
  const end = expiresAtById?.get(id)
  return end !== undefined && end <= now
}

/** Finds the status of what is explained: a milestone, a tier, or one time. */
export function explainedStatus(compiled: CompiledMilestone, view: ProgressView, standing: Standing): MilestoneStatus {
  const { id, isRetired } = compiled.milestone
  if (isRetired) return 'retired'
  // A time was revoked by its own id, whatever happened to the other times.
  const { repeat: _, ...once } = compiled
  return statusOf(badgeIdParts(id).time === undefined ? compiled : once, view, standing)
}

/** Tells whether a milestone is not available yet or no longer. Null while it is available. */
export function closedNow(
  { milestone }: CompiledMilestone,
  { now, calendar }: ProgressView,
): 'upcoming' | 'over' | null {
  const { from, isOver } = openTimeOf([milestone.available ?? undefined], now, calendar)
  if (isOver) return 'over'
  return from ? 'upcoming' : null
}

const none: ReadonlySet<string> = new Set()

// For a repeatable milestone: whether all of its times are revoked.
function isRefused({ milestone: { id }, repeat }: CompiledMilestone, { refused = none }: ProgressView): boolean {
  if (!repeat) return refused.has(id)
  const [milestoneId] = id.split('@')
  const refusedCount = [...refused].filter(each => each === milestoneId || each.startsWith(`${milestoneId}@`)).length
  return refusedCount >= repeat.max
}
