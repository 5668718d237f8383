/** Receives one user's progress as JSON: at once, and whenever it changes. Must not throw. */
export type ProgressListener = { readonly userId: string; readonly hear: (json: string) => void }

/** Watches the progress of the users who have listeners. */
export type ProgressWatch = {
  /** Adds a listener. Returns a function that removes it. */
  readonly join: (listener: ProgressListener) => () => void
  readonly close: () => void
}

/** How progress is read. */
export type ProgressWatchOptions = {
  /** Returns a mark per user that changes with the user's progress, in one statement for all users. */
  readonly readMarks: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  readonly readProgress: (userId: string) => Promise<unknown>
  readonly everyMs: number
  /** Receives errors of reads, which are tried again. */
  readonly onError: (error: unknown) => void
}

type Watched = { readonly listeners: Set<ProgressListener>; mark: string | undefined; json: string | undefined }

/**
 * Makes a watch that sleeps until somebody listens. It reads the marks of all users in one statement, and progress only
 * of users whose mark has changed.
 */
export function createProgressWatch({
  readMarks,
  readProgress,
  everyMs,
  onError,
}: ProgressWatchOptions): ProgressWatch {
  const users = new Map<string, Watched>()
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  const look = async (): Promise<void> => {
    const marks = await readMarks([...users.keys()])
    for (const [userId, watched] of users) {
      const mark = marks.get(userId) ?? 'nothing stored'
      if (mark === watched.mark) continue
      const json = JSON.stringify(await readProgress(userId))
      watched.mark = mark
      if (json === watched.json) continue
      watched.json = json
      for (const listener of watched.listeners) listener.hear(json)
    }
  }
  const tick = (): void => {
    timer = undefined
    void look()
      .catch(onError)
      .finally(() => schedule(everyMs))
  }
  const schedule = (ms: number): void => {
    if (isClosed || users.size === 0 || timer) return
    timer = setTimeout(tick, ms)
    timer.unref()
  }
  return {
    join: listener => {
      const watched = users.get(listener.userId) ?? { listeners: new Set(), mark: undefined, json: undefined }
      watched.listeners.add(listener)
      users.set(listener.userId, watched)
      if (watched.json !== undefined) listener.hear(watched.json)
      clearTimeout(timer)
      timer = undefined
      schedule(0)
      return () => {
        watched.listeners.delete(listener)
        if (watched.listeners.size === 0 && users.get(listener.userId) === watched) users.delete(listener.userId)
      }
    },
    close: () => {
      isClosed = true
      clearTimeout(timer)
      users.clear()
    },
  }
}
