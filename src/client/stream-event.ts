import type { Badge } from '../core/awards/badge.js'
import type { UserProgress } from '../service/read/progress.js'
import type { CatalogNames, MilestoneIdOf, TraitsOf, UnlockOf } from './catalog-names.js'

/** An event of a stream. */
export type StreamEventOf<C extends CatalogNames = CatalogNames> =
  | {
      readonly type: 'badge.awarded' | 'badge.revoked'
      readonly timestamp: Date
      /** `sequence`: the number of this change among those of its user. */
      readonly data: {
        readonly userId: string
        readonly sequence: number
        readonly badge: Badge<MilestoneIdOf<C>, UnlockOf<C>>
      }
      /** Pass it as `lastEventId` to continue after this event. */
      readonly lastEventId: string
    }
  /** The progress of the user. Only if asked for. */
  | {
      readonly type: 'progress'
      readonly data: UserProgress<MilestoneIdOf<C>, UnlockOf<C>, TraitsOf<C>>
      readonly lastEventId: string
    }
  /** Events were lost because they are no longer kept: reload what you show. */
  | { readonly type: 'reset'; readonly data: object; readonly lastEventId: string }

/** Whether changes come, or will come again. */
export type StreamState = 'open' | 'waiting'

/** What to listen to. */
export type StreamOptions = {
  /** The user to follow. Default: all users, with a server key. A user token follows its own user. */
  readonly userId?: string | undefined
  /** Whether to send progress too: at the start, and whenever it changes. */
  readonly progress?: boolean | undefined
  /** Where an earlier stream stopped. */
  readonly lastEventId?: string | undefined
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined
  /** Called when the connection opens, and when it is lost and retried. */
  readonly onState?: ((state: StreamState) => void) | undefined
}
