import type { ReactNode } from 'react'
import { Inline } from './blocks.js'

export type OptionProps = {
  readonly name: string
  readonly text: string
  readonly isChosen: boolean
  /** Whether the answer was right; undefined while it is not judged, or where nothing is said of this one. */
  readonly isRight: boolean | undefined
  readonly onChoose: () => void
}

/** Shows one answer to choose, and whether it was right: in a word, not by its colour alone. */
export function Option({ name, text, isChosen, isRight, onChoose }: OptionProps): ReactNode {
  return (
    <label className="option" data-right={isRight}>
      <input type="radio" name={name} required checked={isChosen} onChange={onChoose} />
      {text.includes('`') ? (
        <span className="option-text">
          <Inline text={text} />
        </span>
      ) : (
        <code className="option-text">{text}</code>
      )}
      {isRight !== undefined && <span className="option-mark">{isRight ? 'Right' : 'Wrong'}</span>}
    </label>
  )
}
