import type { Feed } from '../../service/server/feed.js'
import { type CallerCredential, callerOf, isOfUser } from '../auth/credential.js'
import { createFeedPoller } from './feed-poller.js'
import { type OpenStream, openStream, type StreamScope, type StreamSource } from './open-stream.js'
import { createProgressWatch, type ProgressWatchOptions } from './progress-watch.js'

/** Limits and intervals of streams. */
export type StreamLimits = {
  /** Streams of one process. Default: 10,000. */
  readonly maxStreams?: number | undefined
  /** Streams of one user's own, and of each other caller about one user. Default: 20. */
  readonly maxStreamsPerUser?: number | undefined
  /** How often the feed is read while somebody listens. Default: 250. */
  readonly pollMs?: number | undefined
  /** How often a heartbeat is sent. Default: 15,000. */
  readonly heartbeatMs?: number | undefined
  /** Bytes that may wait for a reader before it is disconnected. Default: 256 KB. */
  readonly queueBytes?: number | undefined
  /** How often the credentials of open streams are checked. Default: 200. */
  readonly aliveMs?: number | undefined
  /** How often `authorize` is called again for an open stream. Default: 30,000, at most 60,000. */
  readonly recheckMs?: number | undefined
  /** How often progress is checked for streams that ask for it. Default: 1,000. */
  readonly progressMs?: number | undefined
}

/** What streams need. */
export type StreamOptions = StreamLimits &
  Pick<ProgressWatchOptions, 'readMarks' | 'readProgress'> & {
    readonly feed: Feed
    readonly isAlive: (credential: CallerCredential) => Promise<boolean>
    readonly random: () => number
    readonly onError: (error: unknown) => void
  }

/** A request for a stream, by a caller who is allowed to have it. */
export type StreamRequest = StreamScope & { readonly credential: CallerCredential; readonly signal: AbortSignal }

/** The result. `full`: the process has too many streams. `full-for-user`: the user has. */
export type StreamAnswer =
  | { readonly status: 'open'; readonly response: Response }
  | { readonly status: 'full' | 'full-for-user'; readonly retryAfterSeconds: number }

/** The open streams of one process. */
export type Streams = {
  readonly open: (request: StreamRequest) => StreamAnswer
  readonly openCount: () => number
  /** Ends all streams, and tells readers when to reconnect. */
  readonly close: () => void
}

type Kept = { readonly stream: OpenStream; readonly request: StreamRequest }

/** Manages the streams of one process. It reads the feed once for all of them, and checks all credentials together. */
export function createStreams(options: StreamOptions): Streams {
  const { maxStreams = 10_000, maxStreamsPerUser = 20, isAlive, onError } = options
  const source = sourceOf(options)
  const kept = new Set<Kept>()
  const countByUser = new Map<string, number>()
  const timers = [
    every(options.heartbeatMs ?? 15_000, async () => {
      for (const { stream } of kept) stream.beat()
    }),
    every(options.aliveMs ?? 200, () => endDead(kept, isAlive).catch(onError)),
  ]
  let isClosed = false

  const count = (userId: string | undefined, by: number): void => {
    if (userId === undefined) return
    const next = (countByUser.get(userId) ?? 0) + by
    if (next > 0) countByUser.set(userId, next)
    else countByUser.delete(userId)
  }
  return {
    open: request => {
      if (isClosed || kept.size >= maxStreams) return { status: 'full', retryAfterSeconds: 5 }
      const { signal } = request
      const counted = countedFor(request)
      if (counted !== undefined && (countByUser.get(counted) ?? 0) >= maxStreamsPerUser) {
        return { status: 'full-for-user', retryAfterSeconds: 30 }
      }
      const stream = openStream(source, request)
      const entry = { stream, request }
      kept.add(entry)
      count(counted, 1)
      signal.addEventListener('abort', stream.end)
      if (signal.aborted) stream.end()
      void stream.ended.then(() => {
        kept.delete(entry)
        count(counted, -1)
        signal.removeEventListener('abort', stream.end)
      })
      return { status: 'open', response: new Response(stream.body, { headers }) }
    },
    openCount: () => kept.size,
    close: () => {
      isClosed = true
      for (const timer of timers) clearInterval(timer)
      for (const { stream } of kept) stream.end()
      source.poller.close()
      source.progress.close()
    },
  }
}

// A user's own streams do not count against those that a server opens for the user.
function countedFor({ credential, userId }: StreamRequest): string | undefined {
  if (userId === undefined) return undefined
  return isOfUser(credential) ? userId : `${callerOf(credential)} ${userId}`
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // Proxies that buffer answers would delay events.
  'x-accel-buffering': 'no',
}

function sourceOf(options: StreamOptions): StreamSource {
  const { feed, random, onError, readMarks, readProgress, pollMs = 250, progressMs = 1_000 } = options
  return {
    feed,
    poller: createFeedPoller(feed, { pollMs, onError }),
    progress: createProgressWatch({ readMarks, readProgress, everyMs: progressMs, onError }),
    queueBytes: options.queueBytes ?? 262_144,
    // Randomised, so that readers do not all reconnect at the same moment after a restart.
    retryMs: () => 1_000 + random() * 4_000,
  }
}

// A check that takes longer than its interval does not overlap with another one.
function every(ms: number, look: () => Promise<void>): NodeJS.Timeout {
  let isUnderWay = false
  const timer = setInterval(() => {
    if (isUnderWay) return
    isUnderWay = true
    void look().finally(() => {
      isUnderWay = false
    })
  }, ms)
  return timer.unref()
}

async function endDead(kept: ReadonlySet<Kept>, isAlive: StreamOptions['isAlive']): Promise<void> {
  const streams = [...kept]
  const credentials = [...new Set(streams.map(({ request }) => request.credential))]
  const endAllOf = (credential: CallerCredential): void => {
    for (const { stream, request } of streams) if (request.credential === credential) stream.end()
  }
  const look = async (credential: CallerCredential): Promise<void> => {
    if (!(await isAlive(credential))) endAllOf(credential)
  }
  // One credential that cannot be checked does not keep the other streams open.
  const looks = await Promise.allSettled(credentials.map(look))
  for (const result of looks) if (result.status === 'rejected') throw result.reason
}
