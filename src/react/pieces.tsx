'use client'
import type { ReactElement, ReactNode } from 'react'
import type { BadgeStoneProps } from './badge-stone.js'
import { useMilepost } from './context.js'

/** Which heading a component has, so that it fits below those of the page. Default: 3. */
export type HeadingLevel = 2 | 3 | 4 | 5 | 6

/** Puts the title of a component into the outline of the page. */
export function Heading({
  level = 3,
  children,
}: {
  level?: HeadingLevel | undefined
  children: ReactNode
}): ReactElement {
  const Tag = `h${level}` as const
  return (
    <Tag className="mp-title">
      <bdi>{children}</bdi>
    </Tag>
  )
}

/** Draws how far something is, with the words as its value. No inline style: it is drawn under a strict content security policy too. */
export function Bar({ ratio, label, text }: { ratio: number; label: string; text: string }): ReactElement {
  return <progress className="mp-bar" aria-label={label} aria-valuetext={text} value={ratio} />
}

/** Shows whether something is done, also to screen readers. */
export function Tick({ isDone }: { readonly isDone: boolean }): ReactElement {
  const { texts } = useMilepost()
  return (
    <span className="mp-tick" data-done={isDone}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M4.5 8.2l2.4 2.4 4.6-5" />
      </svg>
      <span className="mp-hidden">{isDone ? texts.isDone : texts.isOpen}: </span>
    </span>
  )
}

/** Shows how rare a badge is, as a word. */
export function Rarity({ rarity }: Pick<BadgeStoneProps, 'rarity'>): ReactElement {
  const { texts } = useMilepost()
  return (
    <span className="mp-rarity" data-rarity={rarity}>
      {texts.rarity[rarity]}
    </span>
  )
}
