import type { CallerCredential } from '../../src/http/auth/credential.js'
import { createStreams, type StreamOptions, type StreamRequest, type Streams } from '../../src/http/stream/streams.js'
import { createMilestoneService, type MilestoneService, parseCatalog } from '../../src/index.js'
import { createFeed, type Feed } from '../../src/service/server/feed.js'
import { sessionOf } from '../../src/store/database/session-of.js'
import { tablesIn } from '../../src/store/schema/tables.js'
import { readUserMarks } from '../../src/store/users/user-marks.js'
import type { DrizzleDatabase } from '../support/drizzle-database.js'
import { type EventReader, readEvents } from '../support/event-reader.js'

/** Counts lessons, a badge each for one, two and three. */
export const lessons = parseCatalog({
  milestones: [1, 2, 3].map(target => ({
    id: `lesson-${target}`,
    title: `Lesson ${target}`,
    requirement: { type: 'count', category: 'lesson', target },
  })),
})

export const lesson = (userId: string, itemKey = 'a') => ({ userId, category: 'lesson', itemKey })

/** Streams over a database, with a service that records. */
export type StreamDesk = {
  readonly service: MilestoneService
  readonly feed: Feed
  readonly streams: Streams
  readonly errors: unknown[]
  /** Opens a stream. @throws where it is refused */
  readonly open: (request?: Partial<StreamRequest>) => Promise<EventReader>
}

/** Opens the outbox, and a desk of streams that look often. */
export async function openDesk(db: DrizzleDatabase, options: Partial<StreamOptions> = {}): Promise<StreamDesk> {
  const session = sessionOf(db)
  const tables = tablesIn()
  const service = createMilestoneService({ db, catalog: lessons })
  const feed = createFeed({ db: session, tables, now: () => new Date() })
  await feed.keep()
  const errors: unknown[] = []
  const streams = createStreams({
    feed,
    isAlive: async () => true,
    random: () => 0.5,
    onError: error => errors.push(error),
    readMarks: userIds => readUserMarks(session, tables, userIds),
    readProgress: userId => service.getUserProgress(userId),
    pollMs: 5,
    progressMs: 5,
    aliveMs: 5,
    heartbeatMs: 10,
    ...options,
  })
  return {
    service,
    feed,
    streams,
    errors,
    open: async request => {
      const answer = streams.open({ ...anyRequest(), ...request })
      if (answer.status !== 'open') throw new Error(answer.status)
      const reader = readEvents(answer.response, async () => (await feed.lag()).oldestHeldBackAt !== null)
      // The first block says that it is open, another from where it goes.
      await reader.block()
      while (request?.lastEventId === undefined && reader.lastEventId() === '') await reader.block()
      return reader
    },
  }
}

/** A request of a server key for the changes of all. */
export function anyRequest(): StreamRequest {
  const credential: CallerCredential = { type: 'key', keyId: 'k', name: 'k', scopes: new Set(['read']) }
  return {
    credential,
    userId: undefined,
    lastEventId: undefined,
    withProgress: false,
    signal: new AbortController().signal,
  }
}
