/** Why a completion adds nothing to a metric, regardless of other completions. */
export type RefusalReason =
  | 'filtered'
  | 'outside-hours'
  | 'outside-window'
  | 'other-day'
  | 'not-a-number'
  | 'negative'
  | 'zero'
  | 'not-distinct'

/** Why a completion adds nothing to a metric beside other completions. */
export type IdleReason = 'paused' | 'cooldown' | 'period-reached' | 'not-distinct' | 'not-best' | 'too-few'
