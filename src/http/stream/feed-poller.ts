import { setTimeout as pause } from 'node:timers/promises'
import type { Feed, FeedMessage } from '../../service/server/feed.js'

/** Receives the feed of one user or of all users, in order. Must not throw. */
export type FeedListener = {
  readonly userId: string | undefined
  readonly hear: (messages: readonly FeedMessage[]) => void
}

/** Reads the feed once for all listeners of a process, while there are any. */
export type FeedPoller = {
  /** Adds a listener, who receives everything after `cursor`. */
  readonly join: (listener: FeedListener) => Promise<{ readonly cursor: string; readonly leave: () => void }>
  /** The position up to which all listeners have received everything; undefined while nobody listens. */
  readonly cursor: () => string | undefined
  readonly close: () => void
}

/** How often to read. `onError` receives errors of reads, which are tried again. */
export type PollerOptions = { readonly pollMs: number; readonly onError: (error: unknown) => void }

/** Makes a poller that sleeps until somebody listens. */
export function createFeedPoller(feed: Feed, { pollMs, onError }: PollerOptions): FeedPoller {
  const listeners = createListeners()
  let starting: Promise<Run> | undefined
  let running: Run | undefined
  let isClosed = false

  const poll = async (run: Run): Promise<void> => {
    while (!run.stop.signal.aborted) {
      const isLast = await step(run).catch(error => {
        if (!run.stop.signal.aborted) onError(error)
        return true
      })
      if (isLast) await pause(pollMs, undefined, { signal: run.stop.signal, ref: false }).catch(() => {})
    }
  }
  const step = async (run: Run): Promise<boolean> => {
    const page = await feed.read({ after: run.cursor })
    if (run.stop.signal.aborted) return true
    run.cursor = page.cursor
    listeners.tell(page.messages)
    return page.isLast
  }
  const start = async (): Promise<Run> => {
    const run: Run = { cursor: await feed.end(), stop: new AbortController() }
    if (isClosed) throw new TypeError('The poller was closed.')
    running = run
    void poll(run)
    return run
  }
  const stop = (): void => {
    running?.stop.abort()
    running = undefined
    starting = undefined
  }
  const leave = (listener: FeedListener): void => {
    listeners.remove(listener)
    if (listeners.isEmpty()) stop()
  }
  return {
    join: async listener => {
      // A listener that joined while another one left finds the poller stopped, and starts it again.
      do {
        starting ??= start().catch(error => {
          starting = undefined
          throw error
        })
        await starting
      } while (!running)
      listeners.add(listener)
      return { cursor: running.cursor, leave: () => leave(listener) }
    },
    cursor: () => running?.cursor,
    close: () => {
      isClosed = true
      stop()
    },
  }
}

type Listeners = {
  readonly add: (listener: FeedListener) => void
  readonly remove: (listener: FeedListener) => void
  readonly isEmpty: () => boolean
  readonly tell: (messages: readonly FeedMessage[]) => void
}

// By user, so that a message costs nothing for the listeners of other users.
function createListeners(): Listeners {
  const ofAll = new Set<FeedListener>()
  const byUser = new Map<string, Set<FeedListener>>()
  return {
    add: listener => {
      if (listener.userId === undefined) ofAll.add(listener)
      else byUser.set(listener.userId, (byUser.get(listener.userId) ?? new Set()).add(listener))
    },
    remove: listener => {
      ofAll.delete(listener)
      const own = listener.userId === undefined ? undefined : byUser.get(listener.userId)
      if (own?.delete(listener) && own.size === 0) byUser.delete(listener.userId!)
    },
    isEmpty: () => ofAll.size + byUser.size === 0,
    tell: messages => {
      for (const listener of ofAll) listener.hear(messages)
      for (const message of messages) for (const listener of byUser.get(message.userId) ?? []) listener.hear([message])
    },
  }
}

type Run = { cursor: string; readonly stop: AbortController }
