import { failure } from './failure.js'

/** Lets work stop at a safe point, and not in the middle. */
export type Interrupt = {
  readonly signal: AbortSignal
  /** Stops here if an end was requested. `message`: what was done so far, and how to continue. @throws INTERRUPTED */
  readonly check: (message: () => string) => void
  /** Waits for work that writes nothing, and stops waiting if an end is requested. @throws INTERRUPTED */
  readonly race: <T>(work: Promise<T>) => Promise<T>
  /** Stops listening for signals. */
  readonly dispose: () => void
}

/** What signals do: `first` requests the end, `second` ends the process at once. */
export type SignalListeners = { readonly first: () => void; readonly second: () => void }

const signals = ['SIGINT', 'SIGTERM'] as const

/** Listens to SIGINT and SIGTERM. */
export function listenForInterrupt({ first, second }: SignalListeners): Interrupt {
  const controller = new AbortController()
  const { signal } = controller
  const onSignal = (): void => {
    if (signal.aborted) second()
    else first()
    controller.abort()
  }
  for (const name of signals) process.on(name, onSignal)
  return {
    signal,
    check: message => {
      if (signal.aborted) throw interrupted(message())
    },
    race: work => raceWith(signal, work),
    dispose: () => {
      for (const name of signals) process.off(name, onSignal)
    },
  }
}

async function raceWith<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // Work that continues until its connection is closed may reject with nobody waiting for it.
  work.catch(() => {})
  let onAbort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(interrupted('Interrupted. Nothing was written.'))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function interrupted(message: string): Error {
  return failure('INTERRUPTED', message)
}
