'use client'
import { type ReactElement, type ReactNode, useEffect, useMemo, useState } from 'react'
import type { Balance } from '../service/coins/balance.js'
import type { LeaderboardPage } from '../service/read/leaderboard.js'
import type { ListedMilestone } from '../service/read/list-milestones.js'
import type { UserProgress } from '../service/read/progress.js'
import { Context } from './context.js'
import { createLive } from './live.js'
import type { MilestoneSource } from './source.js'
import { createStore } from './store.js'
import { english, type Texts } from './texts.js'
import { localeOf, numberText } from './written.js'

/** What the server rendered with, so that the browser starts with the same data. Sent as JSON, its dates may be strings. */
export type InitialData = {
  readonly progress?: SentInitial<UserProgress>
  readonly milestones?: readonly ListedMilestone[]
  readonly leaderboard?: SentInitial<LeaderboardPage>
  readonly balance?: Balance
}

/** Data that may have been sent as JSON, which turns dates into strings. */
export type SentInitial<Data = unknown> = Data extends Date
  ? Date | string
  : Data extends object
    ? { readonly [Key in keyof Data]: SentInitial<Data[Key]> }
    : Data

/** Properties of `MilepostProvider`. */
export type MilepostProviderProps = {
  /** A client from `createClient` of `milepost/client`, or, in tests and on a server, a service. */
  readonly client: MilestoneSource
  /** The signed-in user. */
  readonly userId: string
  /**
   * The region in which numbers and dates are written: `de-CH` with `german`. The language is always that of the texts, so that no page
   * mixes two. Default: the language of the texts.
   */
  readonly locale?: string
  /** Replace the English texts: `german` of `milepost/react/de`, or your own. Set `language` if they are not in English. */
  readonly texts?: Partial<Texts>
  /** Whether components update live. Default: true. */
  readonly live?: boolean
  /** What the server rendered with, so that the page shows it before any script runs. */
  readonly initial?: InitialData
  /** The part of your app that uses components and hooks. */
  readonly children?: ReactNode
}

/** Provides the user and the server to all components and hooks below. */
export function MilepostProvider(props: MilepostProviderProps): ReactElement {
  const { client, userId, texts, live = true, initial, children } = props
  const words = useMemo(() => ({ ...english, ...texts }), [texts])
  const locale = localeOf(words.language, props.locale)
  const [rendered] = useState({ userId, locale, initial })
  const held = useMemo(() => {
    // The server rendered for this user and this locale only.
    const isSame = rendered.userId === userId && rendered.locale === locale
    const store = createStore({ ...(isSame && rendered.initial) })
    return { store, live: createLive(client, userId, store) }
  }, [client, userId, locale, rendered])
  const value = useMemo(
    () => ({ client, userId, locale, texts: words, write: (value: number) => numberText(value, locale), ...held }),
    [client, userId, locale, words, held],
  )
  useEffect(() => held.live.open(live), [held, live])
  return <Context.Provider value={value}>{children}</Context.Provider>
}
