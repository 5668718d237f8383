import { doerOf, type Handlers } from '../calls.js'
import { refusal } from '../problem.js'
import type { ServerContext } from '../server-context.js'

type Writes = 'checkUser' | 'markSeen' | 'awardBadge' | 'revokeBadge' | 'changeSettings' | 'eraseUser'

/** Answers what is done to one user. */
export function userWriteHandlers({ service, options: { userTokens } }: ServerContext): Handlers<Writes> {
  return {
    checkUser: async ({ params: { userId } }) => ({ awarded: await service.checkAndAwardMilestones(userId) }),
    markSeen: async ({ params: { userId }, body: { badgeIds } }) => ({ seen: await service.seen(userId, badgeIds) }),
    awardBadge: ({ params: { userId }, body: { milestoneId, reason }, credential }) =>
      service.awardBadge(userId, milestoneId, { reason, by: doerOf(credential) }),
    revokeBadge: ({ params: { userId }, body: { milestoneId, reason }, credential }) =>
      service.revokeBadge(userId, milestoneId, { reason, by: doerOf(credential) }),
    changeSettings: async ({ params: { userId }, body, credential }) => {
      if (credential?.type === 'user') refuseAttributes(body.attributes, userTokens?.attributes)
      await service.changeSettings(userId, body)
      return service.getUserSettings(userId)
    },
    eraseUser: ({ params: { userId }, body: { reason }, credential }) =>
      service.eraseUser(userId, { reason, by: doerOf(credential) }),
  }
}

// Of a user's own token, where the host has named which attributes users may set themselves.
function refuseAttributes(given: object = {}, allowed?: readonly string[]): void {
  const refused = Object.keys(given).find(name => allowed && !allowed.includes(name))
  if (refused === undefined) return
  const detail = 'is not for users to set; it takes a server key'
  throw refusal('FORBIDDEN', { errors: [{ pointer: `/attributes/${refused}`, detail }] })
}
