import type { MilestoneProgress } from '../../src/index.js'
import type { ModelProgress } from './reference-progress.js'
import type { ModelStreak } from './reference-streaks.js'

type Shown = Exclude<Extract<MilestoneProgress, { isHidden: false }>['streak'], undefined>

function shownStreak({ current, best, freezes }: Shown): ModelStreak {
  if (!freezes) return { current, best }
  const { held, used, nextIn } = freezes
  return { current, best, freezes: { held, used, nextIn } }
}

/** Leaves of a shown progress what the model measures: where it does not know how far the next time is, neither is that. */
export function shownAsModel(shown: readonly MilestoneProgress[], measured: readonly ModelProgress[]): ModelProgress[] {
  return shown.map((entry, i) => {
    if (entry.isHidden) return entry
    const { id, current, target, ratio, status, isEarned, timesEarned, isLocked, streak } = entry
    const { earnedAt = null, expiresAt = null } = entry
    const place = measured[i]
    const isUnknown = place?.isHidden === false && place.current === null
    return {
      isHidden: false,
      id,
      current: isUnknown ? null : current,
      target: isUnknown ? place.target : target,
      ratio: isUnknown ? null : ratio,
      status,
      isEarned,
      earnedAt,
      expiresAt,
      timesEarned,
      isLocked,
      ...(streak && { streak: shownStreak(streak) }),
    }
  })
}
