'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { BadgeOf } from '../client/answers.js'
import type { CatalogNames } from '../client/catalog-names.js'
import { type MilepostContext, useMilepost } from './context.js'
import { useProgress } from './hooks.js'

type Badge = BadgeOf<CatalogNames>

/** A badge to celebrate now. `level`: the level that came with it, null where it stayed. */
export type Celebration = {
  readonly badge: Badge
  readonly level: { readonly number: number; readonly name: string | null } | null
}

/** What is celebrated, one at a time. */
export type Awards = {
  readonly current: Celebration | null
  readonly waitingCount: number
  /** Goes on to the next. */
  readonly dismiss: () => void
}

/** Hands out each new badge once over all tabs and devices: whoever marks it as seen first celebrates it. */
export function useAwards(): Awards {
  const context = useMilepost()
  const [current, setCurrent] = useState<Celebration | null>(null)
  const [waiting, setWaiting] = useState<readonly Badge[]>([])
  const [isAwake, setAwake] = useState(false)
  const isClaiming = useRef(false)
  const add = useCallback((badges: readonly Badge[]) => {
    setWaiting(before => [...before, ...badges.filter(({ id }) => !before.some(one => one.id === id))])
  }, [])
  useIncoming(context, add)
  useEffect(() => watchAwake(setAwake), [])
  const level = useLevelWatch(context)
  useEffect(() => {
    const [badge] = waiting
    if (!badge || current || !isAwake || isClaiming.current) return
    isClaiming.current = true
    void claim(context, badge)
      .then(async isOurs => {
        const reached = isOurs ? await level() : null
        isClaiming.current = false
        if (isOurs) setCurrent({ badge, level: reached })
        setWaiting(before => before.filter(({ id }) => id !== badge.id))
      })
      // It stays for the next time that this tab is back, and is nobody's until then.
      .catch(() => {
        isClaiming.current = false
        setAwake(false)
      })
  }, [context, waiting, current, isAwake, level])
  return { current, waitingCount: waiting.length, dismiss: useCallback(() => setCurrent(null), []) }
}

async function claim({ client, userId }: MilepostContext, { id }: Badge): Promise<boolean> {
  return (await client.seen(userId, [id])).includes(id)
}

function useIncoming({ client, userId, locale, live }: MilepostContext, add: (badges: readonly Badge[]) => void): void {
  useEffect(() => {
    // Readings that fail are made again when the connection is back.
    const look = (): Promise<void> => client.unseen(userId, { locale }).then(add, () => {})
    void look()
    return live.join(badge => (badge ? add([badge]) : void look()))
  }, [client, userId, locale, live, add])
}

/** A tab that nobody looks at celebrates nothing: it would take the badge from the tab in front. */
function watchAwake(setAwake: (isAwake: boolean) => void): () => void {
  const look = (): void => setAwake(document.visibilityState === 'visible')
  look()
  document.addEventListener('visibilitychange', look)
  window.addEventListener('online', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    window.removeEventListener('online', look)
  }
}

/** Tells a level that was reached since the last time it was asked for. */
function useLevelWatch({ client, userId, locale }: MilepostContext): () => Promise<Celebration['level']> {
  const known = useRef<number | null>(null)
  const first = useProgress().data?.level
  useEffect(() => {
    known.current ??= first ?? null
  }, [first])
  return useCallback(async () => {
    const before = known.current
    const now = await client.progress(userId, { locale }).catch(() => null)
    if (!now) return null
    known.current = now.level
    return before !== null && now.level > before ? { number: now.level, name: now.levelName } : null
  }, [client, userId, locale])
}
