import type { LockedUser } from '../../store/progress/standings.js'
import type { CountingContext } from './context.js'

/** Locked users, and the context that counts them: that of the catalog in effect now. */
export type Locked = {
  readonly context: CountingContext
  /** The users' rows. */
  readonly users: ReadonlyMap<string, LockedUser>
  /** What a user who needs no recount was counted with. */
  readonly current: string
}
