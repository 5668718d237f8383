import { checkId } from '../../core/users/completion.js'
import { readMerged } from '../../store/users/former-ids.js'
import { type CallerCredential, judge } from '../auth/credential.js'
import { refusal, refusedPlace } from '../problem/problem.js'
import type { ServerContext } from '../server/server-context.js'
import type { Handlers } from './calls.js'

/** Answers with a stream of what happens. */
export function streamHandlers({ outgoing, db, tables }: ServerContext): Handlers<'stream'> {
  return {
    stream: async ({ query, credential, request }) => {
      const asked = userOf(credential!, query.userId)
      // A stream for a former id is that of the user who has it. Only this looks it up, once per stream.
      const userId = asked === undefined ? asked : ((await readMerged(db, tables, [asked])).get(asked) ?? asked)
      const withProgress = query.progress === 'true'
      if (withProgress && userId === undefined)
        throw refusedPlace('/progress', 'needs a userId: progress is streamed for one user')
      const lastEventId = request.headers.get('last-event-id') ?? query.lastEventId
      await outgoing.ready()
      const { signal } = request
      const answer = outgoing.streams.open({ credential: credential!, userId, lastEventId, withProgress, signal })
      if (answer.status === 'open') return answer.response
      const headers = { 'retry-after': String(answer.retryAfterSeconds) }
      if (answer.status === 'full') throw refusal('STREAMS_FULL', { headers })
      throw refusal('RATE_LIMITED', { detail: 'This user has too many open streams.', headers })
    },
  }
}

// A user's credential follows that user only. Other users look as if they did not exist.
function userOf(credential: CallerCredential, asked: string | undefined): string | undefined {
  if (asked !== undefined) checkId('userId', asked)
  if (judge({ scope: 'read' }, credential) === 'allowed') return asked
  if (judge({ scope: 'read', user: 'own' }, credential, asked) !== 'allowed') throw refusal('NOT_FOUND')
  return credential.type === 'key' ? asked : credential.userId
}
