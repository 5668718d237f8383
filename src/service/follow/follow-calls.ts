import { type Definitions, writer } from '../context/call-kinds.js'
import type { ServiceContext } from '../context/context.js'
import type { ImportReport } from '../import/import-report.js'
import { countFollowedUsers, type FollowedCount } from './count-followed.js'
import { type ImportFollowedOptions, importFollowed } from './import-followed.js'

/** Options of `countFollowed`. */
export type CountFollowedOptions = {
  /** How long to go on, in milliseconds. Whoever is left is counted by the next call. Default: without a limit. */
  readonly deadlineMs?: number | undefined
}

/** The calls of a service about followed tables. */
export type FollowCalls = {
  /**
   * Counts all users of whom triggers brought rows since they were last counted, and awards what is due, as `record`
   * would have. Safe to run in several processes at once. A user whom another transaction holds is left for the next
   * call, and `isMoreDue` is true. `deliverOnce` and the workers of a server call it too.
   * @throws CONNECTION_BUSY, SERVICE_CLOSED
   */
  countFollowed(options?: CountFollowedOptions): Promise<FollowedCount>
  /**
   * Imports the rows that stood in a followed table before, oldest first. Nobody is notified. If it is stopped and
   * called again, it continues, and nothing is imported twice.
   * @throws INPUT_INVALID if the table is not followed, or `followTable` or `unfollowTable` changed that meanwhile;
   * USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  importFollowed(table: string, options?: ImportFollowedOptions): Promise<ImportReport>
}

/** Defines the calls about followed tables. */
export function followCalls(context: ServiceContext): Definitions<FollowCalls> {
  return {
    countFollowed: writer([{ deadlineMs: true }], async (options = {}) => countFollowedUsers(context, options)),
    importFollowed: writer([null, { dryRun: true, onProgress: true, fromStart: true }], async (table, options = {}) =>
      importFollowed(context, table, options),
    ),
  }
}
