import type { LockedUser } from '../../store/progress/standings.js'
import type { CountingContext } from './context.js'

/** Users that are locked, and the context that counts them: that of the catalog which governs now. */
export type Locked = {
  readonly context: CountingContext
  /** What the users' rows say. */
  readonly users: ReadonlyMap<string, LockedUser>
  /** What a user who needs no recount was counted with. */
  readonly current: string
}
