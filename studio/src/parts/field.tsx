import { type ComponentProps, type ReactNode, useId } from 'react'

type FieldProps = { readonly label: string; readonly hint?: ReactNode; readonly children: (id: string) => ReactNode }

/** A labelled field. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId()
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="label">
        {label}
      </label>
      {children(id)}
      {hint && <p className="text-xs text-n8">{hint}</p>}
    </div>
  )
}

/** A choice of one out of few. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
  ...rest
}: {
  label: string
  value: Value
  options: readonly (readonly [Value, string])[]
  onChange: (value: Value) => void
} & Omit<ComponentProps<'select'>, 'value' | 'onChange'>) {
  return (
    <select
      {...rest}
      aria-label={label}
      className="input w-auto pr-7"
      value={value}
      onChange={event => onChange(event.target.value as Value)}
    >
      {options.map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  )
}

/** Something to copy: shown once, so it can be taken along in one click. */
export function Secret({ value }: { value: string }) {
  return (
    <div className="flex flex-col gap-2 rounded-lg bg-warn-soft p-3">
      <p className="text-warn">This is shown once. Copy it now.</p>
      <code className="rounded-md bg-n2 px-2 py-1.5 font-mono text-xs break-all select-all">{value}</code>
      <button type="button" className="button self-start" onClick={() => void navigator.clipboard?.writeText(value)}>
        Copy
      </button>
    </div>
  )
}
