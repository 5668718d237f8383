import type { Badge } from '../../core/awards/badge.js'
import { checkId } from '../../core/users/completion.js'
import { call, type Definitions, reader, writer } from '../context/call-kinds.js'
import type { CallOptions, ServiceContext } from '../context/context.js'
import { type CountFollowed, checkUser, type RebuildReport, rebuildUsers } from './rebuild.js'
import { type Difference, type VerifyQuery, verifyUsers } from './verify.js'

/** The calls of a service that count users again from what is stored. */
export type RecountCalls<Id extends string = string, Unlock extends string = string> = {
  /**
   * Recalculates a user from the stored rows, including rows that the app inserted itself or that came from followed
   * tables, and returns the badges that are new, sorted by date. Reads the user's whole history.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  checkAndAwardMilestones(userId: string, options?: CallOptions): Promise<Badge<Id, Unlock>[]>
  /**
   * Compares what is stored with a recount, for one user or all users, and returns at most `limit` differences. An
   * empty list means that everything is right. Reads the whole history and writes nothing.
   */
  verify(query?: VerifyQuery): Promise<Difference[]>
  /**
   * Recalculates one user, or all users if you pass no id, and awards what is due. Calls `onProgress` with the number
   * of users done. Reads the whole history, a page of users at a time, while recording continues.
   * @throws USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  rebuild(userId?: string, options?: { readonly onProgress?: (userCount: number) => void }): Promise<RebuildReport>
}

/** Defines the calls that count users again. */
export function recountCalls(context: ServiceContext, countFollowed: CountFollowed): Definitions<RecountCalls> {
  return {
    checkAndAwardMilestones: writer([null, call], async (userId, options = {}) => {
      checkId('userId', userId)
      return checkUser(context, options, { userId, countFollowed })
    }),
    verify: reader([{ userId: true, limit: true, onProgress: true }], async (query = {}) => {
      if (query.userId !== undefined) checkId('userId', query.userId)
      return verifyUsers(context, query)
    }),
    rebuild: writer([null, { onProgress: true }], async (userId, { onProgress } = {}) => {
      if (userId !== undefined) checkId('userId', userId)
      return rebuildUsers(context, userId, onProgress)
    }),
  }
}
