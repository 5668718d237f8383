import type { CompiledCatalog, CompiledMilestone } from '../awards/compile.js'
import type { BadgeId } from '../metrics/requirement.js'
import type { Calendar } from '../time/calendar.js'
import { closedNow } from './milestone-status.js'
import { holdingOf, milestoneOfBadge, type Naming } from './named-badge.js'
import { type NextStep, nextStepOf, remainingTo, type StepQuery } from './next-step.js'
import { type NextTime, nextTimeOf } from './next-time.js'
import { progressOf, type ShownProgress } from './progress.js'
import type { ProgressView } from './progress-view.js'

/** A badge that is not held yet, its progress, and the next step. */
export type NextMilestone<Id extends string = string> = Pick<
  ShownProgress<Id>,
  'current' | 'target' | 'ratio' | 'isLocked' | 'timesEarned'
> & {
  /** For a repeatable milestone, the next time: `helper@3`, `daily@2026-11-28`. */
  id: BadgeId<Id>
  title: string
  /** `target - current`, at least 0. If lower is better, `current - target`. */
  remaining: number
  step: NextStep
  /**
   * The step in words, in the requested language: the milestone's `hint`, or a sentence such as `Read 3 more pages.`
   */
  text: string
}

/** The time for which a step is described, and the milestone's own hint. */
type StepTime = { readonly calendar: Calendar; readonly now: Date; readonly hint: string | undefined }

/** Where the closest milestones are looked for. */
export type NextQuery = {
  readonly view: ProgressView
  readonly naming: Naming
  /** Describes a step in words. */
  readonly textOf: (step: NextStep, time: StepTime) => string
}

/**
 * Lists the milestones that can be earned now, closest first: by ratio, then by what remains (in points, for points and
 * levels), then in catalog order. Milestones that need other badges first come last. Hidden, retired and revoked
 * milestones are left out, and those that are not available yet, no longer, or only to users who have the badge already.
 */
export function nextMilestones(compiled: CompiledCatalog, query: NextQuery): NextMilestone[] {
  const byId = new Map(compiled.milestones.map(milestone => [milestone.milestone.id, milestone]))
  const found = progressOf(compiled, query.view).flatMap((progress): NextMilestone[] => {
    const milestone = progress.isHidden ? undefined : byId.get(progress.id)
    return milestone && !progress.isHidden ? nextOf(compiled, query, { milestone, progress }) : []
  })
  return found.sort(
    (a, b) => Number(a.isLocked) - Number(b.isLocked) || b.ratio - a.ratio || remainingOf(a) - remainingOf(b),
  )
}

// Levels are compared by their points, because four levels can take longer than ten lessons.
function remainingOf({ step, remaining }: NextMilestone): number {
  return step.type === 'gain' ? step.remaining : remaining
}

type MilestoneAndProgress = { readonly milestone: CompiledMilestone; readonly progress: ShownProgress }

function nextOf(
  { catalog }: CompiledCatalog,
  { view, naming, textOf }: NextQuery,
  { milestone, progress }: MilestoneAndProgress,
): NextMilestone[] {
  const time = nextTime(milestone, progress, view)
  if (!time) return []
  const { id } = time.milestone.milestone
  if (view.refused?.has(id) || view.full?.has(id) || closedNow(time.milestone, view)) return []
  const requirement = catalog.requirements[milestone.order]!
  const step = stepTo(time, { requirement, view, naming })
  if (step.type === 'none' && step.because !== 'due') return []
  // A step that must wait is left out, except for the next period of a milestone that repeats by period.
  if (step.type === 'complete' && step.from !== null && !time.from) return []
  const { target, isLocked, timesEarned } = progress
  const { current, ratio } = time.from ? { current: 0, ratio: 0 } : progress
  const remaining = remainingTo(milestone.goal, view, { current, target })
  const { title } = holdingOf(naming, id)
  const text = textOf(step, { ...view, hint: milestoneOfBadge(naming, id)?.hint })
  return [{ id, title: title ?? id, current, target, ratio, remaining, isLocked, timesEarned, step, text }]
}

// The milestone itself or its next time. Undefined if everything is held.
function nextTime(
  milestone: CompiledMilestone,
  { timesEarned }: ShownProgress,
  view: ProgressView,
): NextTime | undefined {
  const { repeat } = milestone
  if (!repeat) return timesEarned === 0 ? { milestone, from: null } : undefined
  return nextTimeOf(milestone, view)
}

/** Finds the next step towards the next time. A period in the future is treated as it will be when it starts. */
export function stepTo({ milestone, from }: NextTime, { view, ...query }: Omit<StepQuery, 'milestone'>): NextStep {
  if (from === null) return nextStepOf({ ...query, view, milestone })
  const step = nextStepOf({ ...query, view: { ...view, now: from }, milestone })
  return step.type === 'complete' ? { ...step, from: step.from ?? from } : step
}
