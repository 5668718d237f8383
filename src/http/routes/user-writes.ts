import type { UserTokenOptions } from '../auth/user-tokens.js'
import { refusal } from '../problem/problem.js'
import type { ServerContext } from '../server/server-context.js'
import { actorOf, type Handlers } from './calls.js'

type Writes =
  | 'checkAndAwardMilestones'
  | 'markSeen'
  | 'awardBadge'
  | 'revokeBadge'
  | 'grantStreakFreeze'
  | 'adjustPoints'
  | 'updateUserSettings'
  | 'eraseUser'
  | 'mergeUsers'
  | 'renameUser'

/** Answers what is done to one user. */
export function userWriteHandlers({ service, options: { userTokens } }: ServerContext): Handlers<Writes> {
  return {
    checkAndAwardMilestones: async ({ params: { userId } }) => ({
      awarded: await service.checkAndAwardMilestones(userId),
    }),
    markSeen: async ({ params: { userId }, body: { badgeIds } }) => ({
      seen: await service.markSeen(userId, badgeIds),
    }),
    awardBadge: ({ params: { userId }, body: { badgeId, reason, at }, credential }) => {
      const hand = { reason, by: actorOf(credential) }
      return service.awardBadge(userId, badgeId, at === undefined ? hand : { ...hand, at: new Date(at) })
    },
    revokeBadge: ({ params: { userId }, body: { badgeId, reason, lasting }, credential }) => {
      const hand = { reason, by: actorOf(credential) }
      return service.revokeBadge(userId, badgeId, lasting === undefined ? hand : { ...hand, lasting })
    },
    grantStreakFreeze: ({ params: { userId }, body: { key, reason }, credential }) =>
      service.grantStreakFreeze(userId, { key, reason, by: actorOf(credential) }),
    adjustPoints: ({ params: { userId }, body: { points, currency, key, reason }, credential }) =>
      service.adjustPoints(userId, { points, currency, key, reason, by: actorOf(credential) }),
    updateUserSettings: ({ params: { userId }, body, credential }) => {
      const { timeZoneSince, dayStartsAtSince, ...changes } = body
      const isOwn = credential?.type === 'user'
      if (isOwn) refuseOwn(body, userTokens)
      const since = {
        ...(timeZoneSince !== undefined && { timeZoneSince: new Date(timeZoneSince) }),
        ...(dayStartsAtSince !== undefined && { dayStartsAtSince: new Date(dayStartsAtSince) }),
      }
      return service.updateUserSettings(userId, { ...changes, ...since }, isOwn ? { ownZoneChangesPerDay } : {})
    },
    eraseUser: ({ params: { userId }, body: { reason }, credential }) =>
      service.eraseUser(userId, { reason, by: actorOf(credential) }),
    mergeUsers: ({ params: { userId: from }, body: { into, reason }, credential }) =>
      service.mergeUsers({ from, into }, { reason, by: actorOf(credential) }),
    renameUser: ({ params: { userId }, body: { to, reason = 'Renamed' }, credential }) =>
      service.renameUser(userId, to, { reason, by: actorOf(credential) }),
  }
}

// Enough for a long trip. Every zone in which something was completed stays stored.
const ownZoneChangesPerDay = 5

type OwnChanges = {
  readonly attributes?: object | undefined
  readonly timeZoneSince?: unknown
  readonly dayStartsAtSince?: unknown
}

// Of a user's own token: what the host has not let users set themselves.
function refuseOwn(
  { attributes = {}, timeZoneSince, dayStartsAtSince, ...changes }: OwnChanges,
  { settings, attributes: allowed }: Pick<UserTokenOptions, 'settings' | 'attributes'> = {},
): void {
  const named = Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  const refused = [
    ...named.filter(name => settings && !settings.some(setting => setting === name)),
    ...(timeZoneSince === undefined ? [] : ['timeZoneSince']),
    ...(dayStartsAtSince === undefined ? [] : ['dayStartsAtSince']),
    ...Object.keys(attributes).flatMap(name => (allowed && !allowed.includes(name) ? [`attributes/${name}`] : [])),
  ]
  if (refused.length === 0) return
  const detail = 'is not for users to set; it takes a server key'
  throw refusal('FORBIDDEN', { errors: refused.map(name => ({ pointer: `/${name}`, detail })) })
}
