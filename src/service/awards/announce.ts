import { freshCopy } from '../../core/values/fresh.js'
import type { Award } from '../context/context.js'
import { isSilent } from './silent-badges.js'

/** Called for each badge awarded in Milepost's own transactions, after commit, at most once. */
export type AwardListener<Id extends string = string, Unlock extends string = string> = (
  award: Award<Id, Unlock>,
) => void | Promise<void>

/** Keeps the listeners of one service. */
export type Announcer = {
  /** Adds a listener and returns a function that removes it. */
  readonly listen: (listener: AwardListener) => () => void
  /**
   * Calls every listener for every award, in order. Their errors go to `onListenerError`, never to the recording call.
   */
  readonly announce: (awards: readonly Award[]) => void
}

/**
 * Creates an announcer without listeners. Without `onListenerError`, an error in a listener becomes an uncaught
 * exception, as with Node's events.
 */
export function createAnnouncer(onListenerError: (error: unknown) => void = throwLater): Announcer {
  const listeners = new Set<AwardListener>()
  const tell = async (listener: AwardListener, award: Award): Promise<void> => {
    try {
      await listener(award)
    } catch (error) {
      onListenerError(error)
    }
  }
  return {
    listen: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    announce: awards => {
      for (const award of awards) {
        if (isSilent(award.badge)) continue
        for (const listener of listeners) void tell(listener, freshCopy(award))
      }
    },
  }
}

function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}
