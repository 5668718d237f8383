'use client'
import { type ReactElement, useEffect, useState } from 'react'
import { BadgeStone } from './badge-stone.js'
import { playChime } from './chime.js'
import { useMilepost } from './context.js'
import { type Celebration, useAwards } from './use-awards.js'
import { numberText } from './written.js'

export type AwardToasterProps = {
  /** Off when left out. */
  readonly sound?: boolean
  /** For epic and legendary badges; off when left out, and always where less motion is asked for. */
  readonly confetti?: boolean
  /** How long each stays, unless it is pointed at or focused; 6,000 when left out. */
  readonly stayMs?: number
}

/** Celebrates new badges, one at a time, each once over all tabs and devices. Put it on the page once. */
export function AwardToaster({ sound = false, confetti = false, stayMs = 6_000 }: AwardToasterProps): ReactElement {
  const { current, waitingCount, dismiss } = useAwards()
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    if (current && sound) playChime()
  }, [current, sound])
  useEffect(() => {
    if (!current) return setHeld(false)
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') dismiss()
    }
    document.addEventListener('keydown', onKey)
    const timer = isHeld ? undefined : setTimeout(dismiss, stayMs)
    return () => {
      document.removeEventListener('keydown', onKey)
      clearTimeout(timer)
    }
  }, [current, isHeld, stayMs, dismiss])
  const [hold, free] = [() => setHeld(true), () => setHeld(false)]
  return (
    <div className="mp mp-toaster" role="status" aria-live="polite">
      {current && (
        // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it there
        <div
          key={current.badge.id}
          className="mp-toast"
          onMouseEnter={hold}
          onMouseLeave={free}
          onFocus={hold}
          onBlur={free}
        >
          {confetti && isGreat(current) && <Confetti />}
          <Toast celebration={current} waitingCount={waitingCount} onDismiss={dismiss} />
        </div>
      )}
    </div>
  )
}

type ToastProps = { readonly celebration: Celebration; readonly waitingCount: number; readonly onDismiss: () => void }

function Toast({ celebration: { badge, level }, waitingCount, onDismiss }: ToastProps): ReactElement {
  const { texts, locale } = useMilepost()
  const written = (value: number): string => numberText(value, locale)
  return (
    <>
      <BadgeStone icon={badge.icon} rarity={badge.rarity} state="earned" />
      <div className="mp-words">
        <span className="mp-small">{texts.newBadge}</span>
        <strong className="mp-title">{badge.name}</strong>
        <span className="mp-small">
          {texts.rarity[badge.rarity]}
          {badge.points > 0 && ` · ${texts.plusPoints(texts.points(badge.points, written(badge.points)))}`}
        </span>
        {level && <span className="mp-next">{texts.newLevel(written(level.number), level.name)}</span>}
        {waitingCount > 0 && <span className="mp-small">{texts.moreWaiting(written(waitingCount))}</span>}
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
      {Array.from({ length: 14 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <i key={i} />
      ))}
    </span>
  )
}

function isGreat({ badge }: Celebration): boolean {
  return badge.rarity === 'epic' || badge.rarity === 'legendary'
}
