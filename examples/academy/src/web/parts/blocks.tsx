import type { ReactNode } from 'react'
import type { Block } from '../../content/course.js'
import { piecesOf } from './highlight.js'

/** Shows the parts of a lesson one below the other. */
export function Blocks({ blocks }: { readonly blocks: readonly Block[] }): ReactNode {
  return (
    <div className="prose">
      {blocks.map((block, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a lesson never change places
        <BlockPart key={i} block={block} />
      ))}
    </div>
  )
}

function BlockPart({ block }: { readonly block: Block }): ReactNode {
  switch (block.type) {
    case 'text':
      return (
        <p>
          <Inline text={block.text} />
        </p>
      )
    case 'note':
      return (
        <p className="note">
          <Inline text={block.text} />
        </p>
      )
    case 'code':
      return <Code code={block.code} isWrong={block.errors.length > 0} errors={block.errors} />
  }
}

type CodeProps = { readonly code: string; readonly isWrong?: boolean; readonly errors?: readonly number[] }

/** Shows code; of code that does not compile it says so, with the compiler's own numbers. */
export function Code({ code, isWrong = false, errors = [] }: CodeProps): ReactNode {
  return (
    <figure className="code" data-wrong={isWrong || undefined}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the keyboard too */}
      <pre tabIndex={0}>
        <code>
          {piecesOf(code).map(({ kind, text }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces never change places
            <span key={i} className={kind === 'plain' ? undefined : `code-${kind}`}>
              {text}
            </span>
          ))}
        </code>
      </pre>
      {isWrong && <figcaption>Does not compile: {errors.map(number => `TS${number}`).join(', ')}</figcaption>}
    </figure>
  )
}

/** Shows text with `code` and **strong** words. */
export function Inline({ text }: { readonly text: string }): ReactNode {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part, i) => {
    // biome-ignore-start lint/suspicious/noArrayIndexKey: the words never change places
    if (part.startsWith('`')) return <code key={i}>{part.slice(1, -1)}</code>
    if (part.startsWith('**')) return <strong key={i}>{part.slice(2, -2)}</strong>
    // biome-ignore-end lint/suspicious/noArrayIndexKey: as above
    return part
  })
}
