import type { Feed, FeedMessage } from '../../service/server/feed.js'
import { isBefore } from '../../service/server/feed.js'
import type { FeedPoller } from './feed-poller.js'
import { createOutlet, type Outlet } from './outlet.js'
import type { ProgressWatch } from './progress-watch.js'

/** What one stream sends. */
export type StreamScope = {
  /** The user whose changes are sent; undefined for all users. */
  readonly userId: string | undefined
  /** Where a returning reader continues. */
  readonly lastEventId: string | undefined
  readonly withProgress: boolean
}

/** The source of a stream, and how much may wait for a reader. */
export type StreamSource = {
  readonly feed: Feed
  readonly poller: FeedPoller
  readonly progress: ProgressWatch
  /** Bytes that may wait for a reader. With more, the reader is disconnected. */
  readonly queueBytes: number
  /** Returns how long readers wait before they reconnect when a stream ends. */
  readonly retryMs: () => number
}

/** An open stream. */
export type OpenStream = {
  readonly body: ReadableStream<Uint8Array>
  /** Settles when the stream ends, whatever ended it. */
  readonly ended: Promise<void>
  /** Sends when to reconnect, and ends. */
  readonly end: () => void
  readonly beat: () => void
}

/** Messages that may wait while a reader catches up. */
const mostPending = 10_000

/** Opens a stream. An error of its source ends it. */
export function openStream(source: StreamSource, scope: StreamScope): OpenStream {
  const outlet = createOutlet(source.queueBytes)
  const leave: (() => void)[] = []
  void outlet.ended.then(() => {
    for (const each of leave) each()
  })
  const end = (): void => {
    outlet.write({ retryMs: source.retryMs() })
    outlet.close()
  }
  const run = async (): Promise<void> => {
    outlet.write({ retryMs: source.retryMs(), comment: 'open' })
    await follow(source, scope, outlet, leave)
    if (scope.withProgress && scope.userId !== undefined) {
      const hear = (json: string): void => outlet.write({ event: 'progress', data: json })
      joined(outlet, leave, source.progress.join({ userId: scope.userId, hear }))
    }
  }
  run().catch(end)
  const beat = (): void => {
    // Everything up to there was written to this stream, so a quiet reader keeps up with deleted rows.
    const id = outlet.isLive() ? source.poller.cursor() : undefined
    const isAhead = id !== undefined && isBefore(outlet.lastId() ?? id, id)
    outlet.write({ comment: 'alive', ...(isAhead && { id }) })
  }
  return { body: outlet.body, ended: outlet.ended, end, beat }
}

function joined(outlet: Outlet, leave: (() => void)[], left: () => void): void {
  if (outlet.isOver()) left()
  else leave.push(left)
}

// The listener joins before the last page is read. What arrives meanwhile waits, and what is in both is sent once.
async function follow(
  { feed, poller }: StreamSource,
  { userId, lastEventId }: StreamScope,
  outlet: Outlet,
  leave: (() => void)[],
): Promise<void> {
  const canResume = lastEventId !== undefined && (await feed.canResume(lastEventId))
  const send = (message: FeedMessage): void =>
    outlet.write({ id: message.cursor, event: message.type, data: message.body })
  const catchUp = async (after: string): Promise<string> => {
    for (let cursor = after; ; ) {
      await outlet.room()
      const page = await feed.read({ after: cursor, userId })
      for (const message of page.messages) send(message)
      cursor = page.cursor
      if (page.isLast || outlet.isOver()) return cursor
    }
  }
  let seen = canResume ? await catchUp(lastEventId) : null
  // Catching up may be ahead of the poller, which then repeats messages. Once the poller is past that position,
  // everything is new.
  const sendUnseen = (message: FeedMessage): void => {
    if (seen !== null && !isBefore(seen, message.cursor)) return
    seen = null
    send(message)
  }
  let pending: FeedMessage[] | null = []
  const hear = (messages: readonly FeedMessage[]): void => {
    if (!pending) for (const message of messages) sendUnseen(message)
    else if (pending.length < mostPending) pending.push(...messages)
    else outlet.drop()
  }
  const place = await poller.join({ userId, hear })
  joined(outlet, leave, place.leave)
  if (outlet.isOver()) return
  if (seen !== null) seen = await catchUp(seen)
  const isReset = seen === null && lastEventId !== undefined
  outlet.write({ id: seen ?? place.cursor, ...(isReset && { event: 'reset', data: '{}' }) })
  for (const message of pending) sendUnseen(message)
  pending = null
  outlet.setLive()
}
