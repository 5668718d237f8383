import type { Badge } from '../../core/awards/badge.js'
import type { BadgeId } from '../../core/metrics/requirement.js'
import { checkId } from '../../core/users/completion.js'
import { call, change, type Definitions, read, reader, writer } from '../context/call-kinds.js'
import { checkLocale } from '../context/check-given.js'
import { type CallOptions, type ServiceContext, sessionFor } from '../context/context.js'
import type { ManualChange } from '../context/manual-change.js'
import { allowReturn, type EraseResult, eraseUser, type ReturnResult } from './erase.js'
import { exportUser, type UserExport } from './export.js'
import { type MergeInput, type MergeResult, mergeUsers, type RenameResult, renameUser } from './merge.js'
import { markSeen, readUnseenBadges, type UnseenOptions } from './seen.js'
import {
  changeSettings,
  readSettings,
  type UpdateSettingsOptions,
  type UserSettings,
  type UserSettingsChanges,
} from './settings.js'

/** The calls of a service about users themselves: celebrated badges, settings and personal data. */
export type UserCalls<Id extends string = string, Unlock extends string = string> = {
  /**
   * Marks badges as celebrated, on all devices of the user. Returns those that the user has and that were not marked
   * before: if two devices mark the same badge, only one gets it back and celebrates it.
   * @throws USER_ERASED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  markSeen(userId: string, badgeIds: readonly string[], options?: CallOptions): Promise<BadgeId<Id>[]>
  /**
   * Lists the badges that were not celebrated yet, sorted by date. Only badges that `record` or `awardBadge` awarded,
   * unless you pass `includeBackfilled`. Empty for a user whose visibility is `quiet` or `off`.
   * @example
   * const badges = await service.getUnseenBadges('ann')
   * const toCelebrate = await service.markSeen('ann', badges.map(({ id }) => id))
   */
  getUnseenBadges(userId: string, options?: UnseenOptions): Promise<Badge<Id, Unlock>[]>
  /**
   * Updates the settings of a user, all or none, and returns all settings. Omitted settings stay unchanged.
   *
   * - `timeZone`: an IANA name. The user's days follow it from now on, and earlier completions keep their day.
   * - `dayStartsAt`: when the user's days start, such as `04:00`, from now on. null: as the catalog says.
   * - `visibility`: `on`; `quiet` is on leaderboards but is not notified; `off` is neither. Badges and points are
   *   awarded in each case, and what was awarded meanwhile is not celebrated later.
   * - `attributes`: such as `{ team: 'red' }`, to filter leaderboards. null removes one.
   * @throws CHANGE_LIMITED, USER_ERASED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * await service.updateUserSettings('ann', { timeZone: 'Europe/Berlin', attributes: { team: 'red' } })
   */
  updateUserSettings(
    userId: string,
    changes: UserSettingsChanges,
    options?: UpdateSettingsOptions,
  ): Promise<UserSettings>
  /** Returns the time zone, start of days, visibility and attributes of a user. Runs one statement. */
  getUserSettings(userId: string, options?: CallOptions): Promise<UserSettings>
  /**
   * Makes two users one: a visitor who signs up, or two accounts of one person. Everything of `from` becomes that of `into`,
   * which is counted again, in one transaction. Of two completions with one key the earlier stays. `from` becomes a further id
   * of `into`: later calls for it count for `into`. Repeating it changes nothing. It cannot be reverted. Reads the history of both.
   * @throws USER_ERASED, HISTORY_FOLDED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * await service.mergeUsers({ from: visitorId, into: 'ann' }, { reason: 'Signed up' })
   */
  mergeUsers(users: MergeInput, change: ManualChange, options?: CallOptions): Promise<MergeResult<Id, Unlock>>
  /**
   * Gives a user another id, to which everything moves. The former id stays one of the user: later calls for it count for `to`.
   * `to` must not be a user yet; see `mergeUsers`. Reads the user's history.
   * @throws USER_ERASED, TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  renameUser(from: string, to: string, change?: Partial<ManualChange>, options?: CallOptions): Promise<RenameResult>
  /** Returns everything stored about a user at one moment, as plain JSON. Holds all of it in memory. */
  exportUser(userId: string, options?: CallOptions): Promise<UserExport>
  /**
   * Deletes everything about a user in one transaction. Later writes for this id throw USER_ERASED, so that a late
   * retry does not bring the user back. In the audit log, a keyed hash replaces the id. Former ids of the user are erased too.
   * For a former id itself it deletes nothing, and answers `merged`.
   * @throws TRANSACTION_ISOLATION, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   */
  eraseUser(userId: string, change: ManualChange, options?: CallOptions): Promise<EraseResult>
  /**
   * Allows writes for an erased user again, such as after a new sign-up with the same id. The user starts with nothing.
   * @throws CONNECTION_BUSY, SERVICE_CLOSED
   */
  allowReturn(userId: string, change: ManualChange, options?: CallOptions): Promise<ReturnResult>
}

const settings = {
  timeZone: true,
  timeZoneSince: true,
  dayStartsAt: true,
  dayStartsAtSince: true,
  visibility: true,
  attributes: true,
} as const

/** Defines the calls about users themselves. */
export function userCalls(context: ServiceContext): Definitions<UserCalls> {
  return {
    markSeen: writer([null, null, call], async (userId, badgeIds, options = {}) =>
      markSeen(context, options, { userId, badgeIds }),
    ),
    getUnseenBadges: reader(
      [null, { ...read, includeBackfilled: true }],
      async (userId, { locale, includeBackfilled, ...options } = {}) => {
        checkId('userId', userId)
        return readUnseenBadges(context, sessionFor(context, options), {
          userId,
          locale: checkLocale(locale),
          includeBackfilled,
        })
      },
    ),
    updateUserSettings: writer(
      [null, settings, { db: true, ownZoneChangesPerDay: true }],
      async (userId, changes, options = {}) => changeSettings(context, options, { ...changes, userId }),
    ),
    getUserSettings: reader([null, call], async (userId, options = {}) =>
      readSettings(context, sessionFor(context, options), userId),
    ),
    mergeUsers: writer([{ from: true, into: true }, change, call], async (users, given, options = {}) =>
      mergeUsers(context, options, { ...users, ...given }),
    ),
    renameUser: writer([null, null, change, call], async (from, to, given = {}, options = {}) =>
      renameUser(context, options, { from, to, ...given }),
    ),
    // An export can be large, and only its caller receives it, so it is not copied.
    exportUser: reader([null, call], async (userId, options = {}) => exportUser(context, options, userId), {
      copies: false,
    }),
    eraseUser: writer([null, change, call], async (userId, given, options = {}) =>
      eraseUser(context, options, { userId, ...given }),
    ),
    allowReturn: writer([null, change, call], async (userId, given, options = {}) =>
      allowReturn(context, options, { userId, ...given }),
    ),
  }
}
