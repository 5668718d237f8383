import type { CompiledCatalog, CompiledRequirement } from './compile.js'
import { holds, type UserState } from './decide.js'
import { decimalToNumber } from './decimal.js'
import { assertNever } from './errors.js'
import { levelAt } from './level.js'

/** How far a user is on the way to one milestone. */
export type MilestoneProgress<Id extends string = string> = {
  readonly id: Id
  /** The true value, which may lie beyond the target; of a composite: the parts that hold. */
  readonly current: number
  readonly target: number
  /** `current / target`, cut at 1. */
  readonly ratio: number
  readonly isEarned: boolean
  /** Only where earned. */
  readonly earnedAt?: Date
}

/** Measures every milestone of the catalog for one user, in catalog order. */
export function progressOf(
  compiled: CompiledCatalog,
  state: UserState,
  earnedAtById: ReadonlyMap<string, Date>,
): MilestoneProgress[] {
  const { level } = levelAt(compiled.catalog.levels, state.points)
  return compiled.milestones.map(({ milestone, requirement }) => {
    const { current, target } = measure(requirement, state, level)
    const earnedAt = earnedAtById.get(milestone.id)
    const progress = { id: milestone.id, current, target, ratio: Math.min(current / target, 1) }
    return earnedAt ? { ...progress, isEarned: true, earnedAt } : { ...progress, isEarned: false }
  })
}

type Measure = { readonly current: number; readonly target: number }

function measure(requirement: CompiledRequirement, state: UserState, level: number): Measure {
  switch (requirement.type) {
    case 'metric': {
      const current = decimalToNumber(state.values.get(requirement.metric.name) ?? 0)
      return { current, target: decimalToNumber(requirement.target) }
    }
    case 'points':
      return { current: state.points, target: requirement.target }
    case 'level':
      return { current: level, target: requirement.target }
    case 'milestones': {
      const heldCount = requirement.ids.filter(id => state.held.has(id)).length
      return { current: heldCount, target: requirement.target }
    }
    case 'some':
      return { current: requirement.of.filter(part => holds(part, state)).length, target: requirement.target }
    default:
      return assertNever(requirement)
  }
}
