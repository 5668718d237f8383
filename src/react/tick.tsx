'use client'
import type { ReactElement } from 'react'
import { useMilepost } from './context.js'

/** Draws whether something is done, and says it to those who do not see it. */
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
