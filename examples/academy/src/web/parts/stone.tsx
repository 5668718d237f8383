import type { ReactNode } from 'react'

export type StoneState = 'earned' | 'open' | 'locked' | 'hidden'

type StoneProps = {
  readonly icon: string | null
  readonly rarity: string
  readonly state: StoneState
  /** How far the way is, from 0 to 1; drawn as the outline that fills. */
  readonly ratio?: number
  readonly size?: 32 | 48 | 64 | 96 | 128
}

const outline = 'M10 96V44C10 20 28 6 50 6s40 14 40 38v52z'
const marks: Readonly<Record<string, number>> = { common: 1, rare: 2, epic: 3, legendary: 4 }

/** Draws a badge: a milestone stone, tinted by rarity, with as many notches at its foot as the rarity is high. */
export function Stone({ icon, rarity, state, ratio = 0, size = 64 }: StoneProps): ReactNode {
  return (
    <span
      className="stone"
      data-rarity={rarity}
      data-state={state}
      style={{ width: size, height: size }}
      aria-hidden="true"
    >
      <svg viewBox="0 0 100 102" focusable="false" aria-hidden="true">
        <path className="stone-body" d={outline} />
        {state === 'earned' && <path className="stone-shine" d="M18 88V45c0-17 14-31 32-31" />}
        {state === 'open' && ratio > 0 && (
          <path className="stone-ring" d={outline} pathLength={100} strokeDasharray={`${ratio * 100} 100`} />
        )}
        {state === 'earned' && <path className="stone-notches" d={notches(marks[rarity] ?? 1)} />}
      </svg>
      <Icon name={state === 'hidden' ? '/icons/question.svg' : icon} />
    </span>
  )
}

function notches(count: number): string {
  const width = 9
  const start = 50 - ((count - 1) * (width + 5)) / 2 - width / 2
  return Array.from({ length: count }, (_, i) => `M${start + i * (width + 5)} 84h${width}`).join('')
}

/** Draws an icon of the academy in the colour of the text around it; an emoji stays what it is. */
export function Icon({ name }: { readonly name: string | null }): ReactNode {
  if (name === null) return null
  if (!name.startsWith('/')) return <span className="emoji">{name}</span>
  const mask = `url("${name}")`
  return <span className="icon" style={{ maskImage: mask, WebkitMaskImage: mask }} aria-hidden="true" />
}
