import { useState } from 'react'
import { changed } from '../load.js'

/** Something that a button does. */
export type Act<Args extends readonly unknown[]> = {
  readonly run: (...args: Args) => Promise<void>
  readonly isBusy: boolean
  readonly error: Error | undefined
}

/** Does something once at a time and lets everything that is shown be read anew afterwards. */
export function useAct<Args extends readonly unknown[]>(act: (...args: Args) => Promise<unknown>): Act<Args> {
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<Error>()
  const run = async (...args: Args): Promise<void> => {
    setIsBusy(true)
    setError(undefined)
    try {
      await act(...args)
      changed()
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)))
    } finally {
      setIsBusy(false)
    }
  }
  return { run, isBusy, error }
}
