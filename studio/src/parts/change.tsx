import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Dialog } from './dialog.js'
import { Field } from './field.js'
import { refreshPages } from './pages.js'
import { Failure } from './states.js'

type ChangeProps = {
  readonly title: string
  readonly confirm: string
  readonly isDangerous?: boolean
  readonly isOpen: boolean
  readonly onClose: () => void
  /** What must be typed before it can be done; nothing where left out. */
  readonly typed?: string
  readonly run: (reason: string) => Promise<unknown>
  /** What follows, above the reason. */
  readonly children: ReactNode
}

/** Asks for a reason, says what follows, and does it. */
export function Change(props: ChangeProps) {
  const { title, isOpen, onClose } = props
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <ChangeForm {...props} />
    </Dialog>
  )
}

function ChangeForm({ confirm, isDangerous, onClose, typed, run, children }: ChangeProps) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const [word, setWord] = useState('')
  const change = useMutation({
    mutationFn: () => run(reason.trim()),
    onSuccess: async () => {
      onClose()
      await refreshPages(client)
    },
  })
  const isReady = reason.trim() !== '' && (typed === undefined || word === typed)
  // Done, it says the same until it has faded out.
  const isDoing = change.isPending || change.isSuccess
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isReady) change.mutate()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {children}
      <ReasonField value={reason} onChange={setReason} />
      {typed !== undefined && <ConfirmField typed={typed} value={word} onChange={setWord} />}
      {change.error && <Failure error={change.error} />}
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="submit"
          className={`button ${isDangerous ? 'button-danger' : 'button-main'}`}
          disabled={!isReady || isDoing}
        >
          {isDoing ? 'Working…' : confirm}
        </button>
      </div>
    </form>
  )
}

type TextFieldProps = { readonly value: string; readonly onChange: (value: string) => void }

function ReasonField({ value, onChange }: TextFieldProps) {
  return (
    <Field label="Reason" hint="Saved in the audit log.">
      {id => (
        <textarea
          id={id}
          required
          maxLength={1000}
          rows={2}
          className="input h-auto py-1.5"
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

function ConfirmField({ typed, value, onChange }: TextFieldProps & { readonly typed: string }) {
  return (
    <Field label={`Type ${typed} to confirm`}>
      {id => (
        <input
          id={id}
          autoComplete="off"
          className="input"
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
