import type { CompiledMilestone } from '../awards/compile.js'
import { badgeIdParts } from '../catalog/badge-id.js'
import { openTimeOf } from '../time/open-time.js'
import type { ProgressView } from './progress-view.js'

/**
 * Where a milestone stands for a user. `earned`: a badge of it is held. `open`: it can be worked on now. `locked`: badges that must be
 * held as well are missing. `upcoming` and `over`: the time in which it is available lies ahead, or has passed. `revoked`: its badge was
 * taken manually and is not awarded again. `retired`: nobody earns it any more.
 */
export type MilestoneStatus = 'earned' | 'open' | 'locked' | 'upcoming' | 'over' | 'revoked' | 'retired'

/** What a status follows from. */
export type Standing = { readonly isEarned: boolean; readonly isLocked: boolean }

/** Finds the status of a milestone that is not retired. */
export function statusOf(
  compiled: CompiledMilestone,
  view: ProgressView,
  { isEarned, isLocked }: Standing,
): MilestoneStatus {
  if (isEarned) return 'earned'
  if (isRefused(compiled, view)) return 'revoked'
  return closedNow(compiled, view) ?? (isLocked ? 'locked' : 'open')
}

/** Finds the status of what is explained: a milestone, a tier, or one time. */
export function explainedStatus(compiled: CompiledMilestone, view: ProgressView, standing: Standing): MilestoneStatus {
  const { id, isRetired } = compiled.milestone
  if (isRetired) return 'retired'
  // A time was taken by its own id, whatever became of the others.
  const { repeat: _, ...once } = compiled
  return statusOf(badgeIdParts(id).time === undefined ? compiled : once, view, standing)
}

/** Tells whether the time in which a milestone is available lies ahead or has passed; null while it is available. */
export function closedNow(
  { milestone }: CompiledMilestone,
  { now, calendar }: ProgressView,
): 'upcoming' | 'over' | null {
  const { from, isOver } = openTimeOf([milestone.available ?? undefined], now, calendar)
  if (isOver) return 'over'
  return from ? 'upcoming' : null
}

const none: ReadonlySet<string> = new Set()

// Of one that comes again, every time that it may come.
function isRefused({ milestone: { id }, repeat }: CompiledMilestone, { refused = none }: ProgressView): boolean {
  if (!repeat) return refused.has(id)
  const [milestoneId] = id.split('@')
  const refusedCount = [...refused].filter(each => each === milestoneId || each.startsWith(`${milestoneId}@`)).length
  return refusedCount >= repeat.max
}
