import type { Session } from '../../store/database/session.js'

/** Runs work that no answer waits for, unless other such work is still running. */
export type Background = (work: () => Promise<unknown>) => void

/** Creates a background for work on a database. In a transaction of the caller, it runs nothing. */
export function createBackground({ isTransaction }: Session, onFailure: (error: unknown) => void): Background {
  let isBusy = isTransaction
  return work => {
    if (isBusy) return
    isBusy = true
    work()
      .catch(onFailure)
      .finally(() => {
        isBusy = false
      })
  }
}
