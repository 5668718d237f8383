import { doerOf, type Handlers } from '../calls.js'
import type { ServerContext } from '../server-context.js'

type Writes = 'checkUser' | 'markSeen' | 'awardBadge' | 'revokeBadge' | 'changeSettings' | 'eraseUser'

/** Answers what is done to one user. */
export function userWriteHandlers({ service }: ServerContext): Handlers<Writes> {
  return {
    checkUser: async ({ params: { userId } }) => ({ awarded: await service.checkAndAwardMilestones(userId) }),
    markSeen: async ({ params: { userId }, body: { badgeIds } }) => ({ seen: await service.seen(userId, badgeIds) }),
    awardBadge: ({ params: { userId }, body: { milestoneId, reason }, credential }) =>
      service.awardBadge(userId, milestoneId, { reason, by: doerOf(credential) }),
    revokeBadge: ({ params: { userId }, body: { milestoneId, reason }, credential }) =>
      service.revokeBadge(userId, milestoneId, { reason, by: doerOf(credential) }),
    changeSettings: async ({ params: { userId }, body }) => {
      // The zone first: it can be refused, and then nothing is changed.
      if (body.timeZone !== undefined) await service.setTimeZone(userId, body.timeZone)
      if (body.visibility !== undefined) await service.setVisibility(userId, body.visibility)
      const { timeZone, visibility } = await service.getUserProgress(userId)
      return { timeZone, visibility }
    },
    eraseUser: ({ params: { userId }, body: { reason }, credential }) =>
      service.eraseUser(userId, { reason, by: doerOf(credential) }),
  }
}
