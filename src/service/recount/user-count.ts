import type { HistoryCount } from '../../core/awards/count-history.js'
import type { UserState } from '../../core/awards/decide.js'
import type { Calendar } from '../../core/time/calendar.js'
import type { Holdings } from '../../store/progress/holdings.js'
import type { Gain } from '../../store/progress/ledger.js'

/** The result of counting a user's stored history, with what is held now. */
export type UserCount = {
  readonly userId: string
  readonly holdings: Holdings
  readonly calendar: Calendar
  readonly count: HistoryCount
  /** The changes that the ledger needs so that capped rules give the points that follow from everything stored. */
  readonly changes: readonly OfferGain[]
  /** The state before `fresh` was stored, if it was needed. */
  readonly stateBefore: UserState
}

/** A gain that is missing in the ledger. `was`: the points that the ledger has for this cause. */
export type OfferGain = Gain & { readonly was: number }

/** The progress of a walk over all users. `totalCount` is the number of users at the start. */
export type UserProgressCount = { userCount: number; totalCount: number }
