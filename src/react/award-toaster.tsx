'use client'
import { type FocusEvent, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react'
import { BadgeStone, pipCounts } from './badge-stone.js'
import type { Celebration } from './celebrations.js'
import { playChime } from './chime.js'
import { useMilepost } from './context.js'
import { Rarity } from './pieces.js'
import { useAwards } from './use-awards.js'

/** Properties of `AwardToaster`. */
export type AwardToasterProps = {
  /** Default: false. Always off if the user prefers reduced motion. */
  readonly sound?: boolean
  /** For epic and legendary badges. Default: on, and never where less motion is asked for. */
  readonly confetti?: boolean
  /** How long each stays, unless it is pointed at or focused. Default: 6,000. */
  readonly stayMs?: number
}

/** Celebrates new badges, each once over all tabs and devices; those that come together are one toast. Put it on the page once. */
export function AwardToaster({ sound = false, confetti = true, stayMs = 6_000 }: AwardToasterProps): ReactElement {
  const { current, dismiss } = useAwards()
  useEffect(() => {
    if (current && sound && !isCalm()) playChime()
  }, [current, sound])
  return (
    <div className="mp mp-toaster" role="status" aria-live="polite">
      {current && (
        <Held key={current.badge.id} stayMs={stayMs} onOver={dismiss}>
          {confetti && isGreat(current) && !isCalm() && <Confetti />}
          <Toast celebration={current} onDismiss={dismiss} />
        </Held>
      )}
    </div>
  )
}

type HeldProps = { readonly stayMs: number; readonly onOver: () => void; readonly children: ReactNode }

/** Stays for its time, longer while it is pointed at or focused; Escape ends it. */
function Held({ stayMs, onOver, children }: HeldProps): ReactElement {
  const [isPointedAt, setPointedAt] = useState(false)
  const [isFocused, setFocused] = useState(false)
  const before = useRef<Element | null>(null)
  useEffect(() => {
    if (isPointedAt || isFocused) return
    const timer = setTimeout(onOver, stayMs)
    return () => clearTimeout(timer)
  }, [isPointedAt, isFocused, stayMs, onOver])
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') onOver()
    }
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('keydown', onKey)
      // Focus goes back to where it came from, not to the top of the page.
      if (before.current instanceof HTMLElement) before.current.focus()
    }
  }, [onOver])
  const focus = ({ relatedTarget }: FocusEvent): void => {
    before.current = relatedTarget
    setFocused(true)
  }
  const blur = (): void => {
    before.current = null
    setFocused(false)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it there
    <div
      className="mp-toast"
      ref={reserveRoom}
      onMouseEnter={() => setPointedAt(true)}
      onMouseLeave={() => setPointedAt(false)}
      onFocus={focus}
      onBlur={blur}
    >
      {children}
    </div>
  )
}

/** Gives the page room at its end, so that every control can be scrolled out from under the toast, and is when it gets the focus. */
function reserveRoom(toast: HTMLElement | null): void {
  const { style } = document.documentElement
  style.paddingBlockEnd = style.scrollPaddingBlockEnd = toast ? `${toast.offsetHeight + 48}px` : ''
}

type ToastProps = { readonly celebration: Celebration; readonly onDismiss: () => void }

/** More names would fill a small screen. The count above them is complete. */
const namedCount = 5

function Toast({ celebration: { badge, badges, level }, onDismiss }: ToastProps): ReactElement {
  const { texts, write } = useMilepost()
  const { length } = badges
  const points = badges.reduce((sum, one) => sum + one.points, 0)
  return (
    <>
      <BadgeStone icon={badge.icon} rarity={badge.rarity} state="earned" />
      <div className="mp-words">
        <span className="mp-small">{texts.newBadges(length, write(length))}</span>
        {badges.slice(0, namedCount).map(({ id, name }) => (
          <strong className="mp-title" key={id}>
            <bdi>{name}</bdi>
          </strong>
        ))}
        <span className="mp-small mp-facts">
          {length < 2 && <Rarity rarity={badge.rarity} />}
          {points > 0 && <span>{texts.plusPoints(texts.points(points, write(points)))}</span>}
        </span>
        {level && <span className="mp-next">{texts.newLevel(write(level.number), level.name)}</span>}
      </div>
      <button type="button" className="mp-close" aria-label={texts.dismiss} onClick={onDismiss}>
        <span aria-hidden="true">×</span>
      </button>
    </>
  )
}

function Confetti(): ReactElement {
  return (
    <span className="mp-confetti" aria-hidden="true">
      {Array.from({ length: 8 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <i key={i} />
      ))}
    </span>
  )
}

function isGreat({ badge }: Celebration): boolean {
  return pipCounts[badge.rarity] > 2
}

function isCalm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}
