import type { LockedUser } from '../store/standings.js'
import type { ServiceContext } from './context.js'

/** Users that are locked, and the context that counts them: that of the catalog which governs now. */
export type Locked = {
  readonly context: ServiceContext
