import type { ReactElement } from 'react'

/** Properties of `BadgeStone`. */
export type BadgeStoneProps = {
  /** An emoji, or the address of an image. */
  readonly icon: string | null
  /** Its colour, and how many marks it has. */
  readonly rarity: 'common' | 'rare' | 'epic' | 'legendary'
  /** Locked and hidden stones are grey. A stone in progress fills up by `ratio`. */
  readonly state: 'earned' | 'expired' | 'progress' | 'locked' | 'hidden'
  /** How far a stone in progress is, from 0 to 1. Default: 0. */
  readonly ratio?: number
  /** In pixels. Default: 64. */
  readonly size?: 32 | 64 | 128
}

const body = 'M10 61.5V28a22 22 0 0 1 44 0v33.5z'
const face = 'M15.5 45.5V28a16.5 16.5 0 0 1 33 0v17.5a2 2 0 0 1-2 2h-29a2 2 0 0 1-2-2z'
/** How many pips a stone has: the rarer, the more. */
export const pipCounts = { common: 1, rare: 2, epic: 3, legendary: 4 }

/** Draws a badge as a stone. It is decoration: put words next to it. */
export function BadgeStone({ icon, rarity, state, ratio = 0, size = 64 }: BadgeStoneProps): ReactElement {
  return (
    <span className="mp mp-stone" data-state={state} data-rarity={rarity} data-size={size} aria-hidden="true">
      <svg viewBox="0 0 64 64" role="presentation">
        <path className="mp-stone-ground" d="M3 61.5h58" />
        <path className="mp-stone-body" d={body} />
        {(state === 'earned' || state === 'expired') && (
          <>
            <path className="mp-stone-face" d={face} />
            <path className="mp-stone-shine" d="M12.8 40V28a19.2 19.2 0 0 1 13-18.2" />
            <path className="mp-stone-pip" d={pipsOf(pipCounts[rarity])} />
          </>
        )}
        {state === 'progress' && (
          <path className="mp-stone-ring" d={body} pathLength={100} strokeDasharray={`${ratio * 100} 100`} />
        )}
      </svg>
      <span className="mp-stone-icon">{state === 'hidden' ? '?' : iconOf(icon)}</span>
    </span>
  )
}

function pipsOf(count: number): string {
  const pips = Array.from(
    { length: count },
    (_, i) => `M${32 + (i - (count - 1) / 2) * 7} 51.2l2.7 2.7-2.7 2.7-2.7-2.7z`,
  )
  return pips.join('')
}

function iconOf(icon: string | null): ReactElement | string {
  if (!icon) return '★'
  if (/^(https?:\/\/|data:image\/|\.{0,2}\/)/.test(icon))
    return <img src={icon} alt="" loading="lazy" referrerPolicy="no-referrer" />
  // A catalog may have any text as icon. A long one must not overflow the stone.
  return Array.from(new Intl.Segmenter().segment(icon), ({ segment }) => segment)
    .slice(0, 2)
    .join('')
}
