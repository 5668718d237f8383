import type { HistoryCount } from '../../core/awards/count-history.js'
import type { UserState } from '../../core/awards/decide.js'
import type { Calendar } from '../../core/time/calendar.js'
import type { Holdings } from '../../store/progress/holdings.js'
import type { Gain } from '../../store/progress/ledger.js'

/** What counting a user's stored history came to, beside what is held now. */
export type UserCount = {
  readonly userId: string
  readonly holdings: Holdings
  readonly calendar: Calendar
  readonly count: HistoryCount
  /** What the ledger lacks for capped rules to give what they do by all that is stored. */
  readonly changes: readonly OfferGain[]
  /** The state before `fresh` was stored, where that was asked for. */
  readonly stateBefore: UserState
}

/** A gain that the ledger lacks. `was`: what the cause has brought by the ledger. */
export type OfferGain = Gain & { readonly was: number }

/** How far a walk over all users has come. `totalCount` is what there was at its beginning. */
export type UserProgressCount = { userCount: number; totalCount: number }
