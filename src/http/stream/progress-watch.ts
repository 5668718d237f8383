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
  const looks = oneByOne({ look, everyMs, onError, isNeeded: () => users.size > 0 })
  return {
    join: listener => {
      const watched = users.get(listener.userId) ?? { listeners: new Set(), mark: undefined, json: undefined }
      watched.listeners.add(listener)
      users.set(listener.userId, watched)
      if (watched.json !== undefined) listener.hear(watched.json)
      looks.soon()
      return () => {
        watched.listeners.delete(listener)
        if (watched.listeners.size === 0 && users.get(listener.userId) === watched) users.delete(listener.userId)
      }
    },
    close: () => {
      looks.stop()
      users.clear()
    },
  }
}

type Looks = Pick<ProgressWatchOptions, 'everyMs' | 'onError'> & {
  readonly look: () => Promise<void>
  readonly isNeeded: () => boolean
}

// Of two looks at once, the one that read first could end last, and listeners would hear the older progress.
function oneByOne({ look, everyMs, onError, isNeeded }: Looks): {
  readonly soon: () => void
  readonly stop: () => void
} {
  let timer: NodeJS.Timeout | undefined
  let isLooking = false
  let isDueAgain = false
  let isStopped = false
  const schedule = (ms: number): void => {
    if (isStopped || !isNeeded() || timer) return
    timer = setTimeout(tick, ms)
    timer.unref()
  }
  const tick = (): void => {
    timer = undefined
    isDueAgain = isLooking
    if (isLooking) return
    isLooking = true
    void look()
      .catch(onError)
      .finally(() => {
        isLooking = false
        schedule(isDueAgain ? 0 : everyMs)
      })
  }
  return {
    soon: () => {
      clearTimeout(timer)
      timer = undefined
      schedule(0)
    },
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
