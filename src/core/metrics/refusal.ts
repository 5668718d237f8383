/** Why a completion by itself brings a metric nothing. */
export type RefusalReason = 'filtered' | 'outside-window' | 'not-a-number' | 'negative' | 'zero' | 'not-distinct'

/** Why a completion brings a metric nothing after what came before it. */
export type IdleReason = 'paused' | 'cooldown' | 'period-reached' | 'not-distinct'
