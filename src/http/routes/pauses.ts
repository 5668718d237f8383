import type { ServerContext } from '../server/server-context.js'
import { actorOf, type Handlers } from './calls.js'

/** Handles creating, listing and deleting pauses. */
export function pauseHandlers({
  service,
}: ServerContext): Handlers<'pauseStreaks' | 'getStreakPauses' | 'deleteStreakPause'> {
  return {
    pauseStreaks: ({ body: { userId, from, until, reason }, credential }) =>
      service.pauseStreaks(userId, { from, until, reason, by: actorOf(credential) }),
    getStreakPauses: async ({ query: { userId } }) => ({ pauses: await service.getStreakPauses(userId ?? null) }),
    deleteStreakPause: ({ params: { id }, query: { reason = 'Taken back' }, credential }) =>
      service.deleteStreakPause(id, { reason, by: actorOf(credential) }),
  }
}
