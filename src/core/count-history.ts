import type { Badge } from './badge.js'
import type { CompiledCatalog, CompiledMilestone } from './compile.js'
import type { UserState } from './decide.js'
import type { Decimal } from './decimal.js'
import type { Countable } from './metric.js'
import { step, stepBadge } from './replay.js'

/** A stored completion as counting needs it. */
export type DatedCompletion = Countable & { readonly completedAt: Date }

/** A badge that is due but not held, and the instant at which its requirement first held. */
export type DueBadge = { readonly milestone: CompiledMilestone; readonly at: Date }

/** What a user's whole history comes to. */
export type HistoryCount = {
  readonly values: ReadonlyMap<string, Decimal>
  /** By metric name: the latest completion counted. */
  readonly lastAt: ReadonlyMap<string, Date>
  /** In order of their dates. Empty where everything due is held. */
  readonly due: readonly DueBadge[]
}

/** Counts one user anew: `add` every stored completion in order of time, then `finish`. */
export type HistoryCounter = {
  readonly add: (completion: DatedCompletion) => void
  readonly finish: () => HistoryCount
}

/**
 * Starts to count a user anew. Badges that are held take effect at their own dates and are never dated anew.
 * `badges`: in order of their dates.
 */
export function startCount(compiled: CompiledCatalog, badges: readonly Badge[]): HistoryCounter {
  const state: UserState = {
    values: new Map(),
    held: new Set(),
    reserved: new Set(badges.map(({ id }) => id)),
    points: 0,
  }
  const lastAt = new Map<string, Date>()
  const due: DueBadge[] = []
  let nextBadge = 0

  const letBadgesTakeEffect = (until: Date | null): void => {
    for (let badge = badges[nextBadge]; badge && !(until && badge.earnedAt > until); badge = badges[nextBadge]) {
      nextBadge += 1
      const at = badge.earnedAt
      for (const milestone of stepBadge(compiled, state, badge)) due.push({ milestone, at })
    }
  }
  return {
    add: completion => {
      const at = completion.completedAt
      letBadgesTakeEffect(at)
      const milestones = step(compiled, state, completion, metric => lastAt.set(metric.name, at))
      for (const milestone of milestones) due.push({ milestone, at })
    },
    finish: () => {
      letBadgesTakeEffect(null)
      return { values: state.values, lastAt, due }
    },
  }
}
