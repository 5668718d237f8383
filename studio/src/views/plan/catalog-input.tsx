import { type ReactNode, useRef } from 'react'
import type { Answered } from '../../api.js'
import { Field } from '../../parts/field.js'
import { Section } from '../../parts/page.js'

type CatalogInputProps = {
  readonly text: string
  readonly onText: (text: string) => void
  /** The catalog in effect, once it is loaded. */
  readonly current: Answered<'getCatalog'> | undefined
  /** What can be done with the text. */
  readonly children: ReactNode
}

/** Takes a catalog as JSON: typed, from a file, or from the one in effect. */
export function CatalogInput({ text, onText, current, children }: CatalogInputProps) {
  return (
    <Section
      title="Catalog"
      actions={
        <>
          <Load onText={onText} />
          <button
            type="button"
            className="button"
            disabled={!current}
            onClick={() => onText(JSON.stringify(current?.definition, null, 2))}
          >
            Start from the current catalog
          </button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Field label="Catalog as JSON">
          {id => (
            <textarea
              id={id}
              rows={12}
              spellCheck={false}
              placeholder={'{ "milestones": [ … ] }'}
              className="input h-auto resize-y py-2 font-mono text-xs leading-5"
              value={text}
              onChange={event => onText(event.target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap items-center gap-2">
          {children}
          {current && (
            <p className="text-n8">
              {current.version ? `Version ${current.version} is in effect.` : 'The app’s own catalog is in effect.'}
            </p>
          )}
        </div>
      </div>
    </Section>
  )
}

function Load({ onText }: { onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        Load a file…
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="Catalog file"
        className="hidden"
        onChange={event => {
          void event.target.files?.[0]?.text().then(onText)
          event.target.value = ''
        }}
      />
    </>
  )
}
