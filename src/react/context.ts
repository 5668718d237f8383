import { createContext, useContext } from 'react'
import type { Live } from './live.js'
import type { MilestoneSource } from './source.js'
import type { Store } from './store.js'
import type { Texts } from './texts.js'

/** What the components of one user stand on. */
export type MilepostContext = {
  readonly client: MilestoneSource
  readonly userId: string
  readonly locale: string
  readonly texts: Texts
  readonly store: Store
  readonly live: Live
}

export const Context = createContext<MilepostContext | null>(null)

/** Returns the context of the nearest provider. @throws Error if there is none */
export function useMilepost(): MilepostContext {
  const context = useContext(Context)
  if (!context) throw new Error('Put <MilepostProvider> around the components of milepost/react.')
  return context
}
