import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { bump, useVersion } from '../load.js'
import { type Badge, milepost } from '../milepost.js'
import { counted } from './figures.js'
import { Stone } from './stone.js'

const shownMs = 6000

/**
 * Celebrates each badge once, on one device and in one tab: whoever marks it as seen first shows it. One at a time; it stays while
 * the pointer or the focus is on it, Escape closes it, and the next one waits.
 */
export function AwardToaster({ userId }: { readonly userId: string }): ReactNode {
  const [queue, setQueue] = useState<readonly Badge[]>([])
  const version = useVersion()
  // biome-ignore lint/correctness/useExhaustiveDependencies: something was done, so something may wait
  useEffect(() => {
    const over = new AbortController()
    claim(userId, over.signal).then(
      won => setQueue(before => [...before, ...won]),
      () => {},
    )
    return () => over.abort()
  }, [userId, version])
  useEffect(() => milepost.listen({ userId }, bump), [userId])
  const drop = useCallback(() => setQueue(([, ...rest]) => rest), [])
  const [badge] = queue
  return (
    <section className="toasts" aria-label="New badges" aria-live="polite">
      {badge && <Toast key={badge.id} badge={badge} onClose={drop} />}
    </section>
  )
}

/** Finds what nobody celebrated yet and keeps what this tab was the first to claim. What is claimed is shown, come what may. */
async function claim(userId: string, signal: AbortSignal): Promise<readonly Badge[]> {
  const waiting = await milepost.unseen(userId, { signal })
  if (waiting.length === 0 || document.visibilityState === 'hidden') return []
  const won = await milepost.seen(
    userId,
    waiting.map(({ id }) => id),
  )
  return waiting.filter(({ id }) => won.includes(id))
}

function Toast({ badge, onClose }: { readonly badge: Badge; readonly onClose: () => void }): ReactNode {
  const [isHeld, setIsHeld] = useState(false)
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(onClose, shownMs)
    return () => clearTimeout(timer)
  }, [isHeld, onClose])
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onClose()
    }
    addEventListener('keydown', hear)
    return () => removeEventListener('keydown', hear)
  }, [onClose])
  const hold = { onPointerEnter: () => setIsHeld(true), onPointerLeave: () => setIsHeld(false) }
  const focus = { onFocus: () => setIsHeld(true), onBlur: () => setIsHeld(false) }
  return (
    <div className="toast" ref={element} {...hold} {...focus} data-badge={badge.id}>
      <Stone icon={badge.icon} rarity={badge.rarity} state="earned" size={64} />
      <div>
        <p className="faint">New badge</p>
        <strong>{badge.name}</strong>
        <p>{wordsOf(badge)}</p>
      </div>
      <button type="button" className="close" onClick={onClose} aria-label="Close">
        <span aria-hidden="true">×</span>
      </button>
    </div>
  )
}

const opened: Readonly<Record<string, string>> = {
  'cheat-sheet': 'Opens the cheat sheet',
  'type-level-course': 'Opens “Programming with types”',
}

function wordsOf({ points, unlocks }: Badge): string {
  const gain = points > 0 ? [`+${counted(points, 'point')}`] : []
  return [...gain, ...unlocks.map(unlock => opened[unlock] ?? unlock)].join(' · ')
}
