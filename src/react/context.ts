import { createContext, useContext } from 'react'
import type { Live } from './live.js'
import type { MilestoneSource } from './source.js'
import type { Store } from './store.js'
import type { Texts } from './texts.js'

/** The locale, the texts and the user of the nearest provider. */
export type TextsContext = {
  readonly userId: string
  readonly locale: string
  readonly texts: Texts
}

/** What the components of one user work with. */
export type MilepostContext = TextsContext & {
  readonly client: MilestoneSource
  readonly store: Store
  readonly live: Live
  /** Writes a number as the locale does. */
  readonly write: (value: number) => string
}

export const Context = createContext<MilepostContext | null>(null)

/** Returns the context of the nearest provider. @throws Error if there is none */
export function useMilepost(): MilepostContext {
  const context = useContext(Context)
  if (!context) throw new Error('Put <MilepostProvider> around the components.')
  return context
}
