import type { ReactElement } from 'react'

/** Draws how far something is, with the words as its value. No inline style: it is drawn under a strict content security policy too. */
export function Bar({ ratio, label, text }: { ratio: number; label: string; text: string }): ReactElement {
  return (
    <progress
      className="mp-bar"
      aria-label={label}
      aria-valuetext={text}
      max={1}
      value={Math.min(1, Math.max(0, ratio))}
    />
  )
}
