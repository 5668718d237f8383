import { type ReactNode, useEffect } from 'react'

/** A view: its name, what can be done in it, and what it shows. */
export function Page({ title, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${typeof title === 'string' ? title : 'Milepost'} · Milepost Studio`
  }, [title])
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <h1 className="text-lg leading-7 font-semibold tracking-tight">{title}</h1>
          {lead && <p className="max-w-[72ch] text-n8">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

type PageProps = { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode }

/** A frame around a table or a list. */
export function Panel({ children }: { children: ReactNode }) {
  return <div className="panel overflow-hidden">{children}</div>
}

/** A part of a view with a heading of its own. */
export function Section({
  title,
  actions,
  children,
  isPadded = true,
}: {
  title: ReactNode
  actions?: ReactNode
  children: ReactNode
  isPadded?: boolean
}) {
  return (
    <section className="panel min-w-0 overflow-hidden">
      <div className="flex min-h-11 flex-wrap items-center gap-2 border-b border-n5 px-4 py-1.5">
        <h2 className="min-w-0 flex-1 basis-40 font-semibold">{title}</h2>
        {actions}
      </div>
      <div className={isPadded ? 'p-4' : ''}>{children}</div>
    </section>
  )
}

/** Some figures side by side, each with its name. */
export function Figures({ of }: { of: readonly (readonly [name: string, value: ReactNode, hint?: string])[] }) {
  return (
    <dl className="panel grid grid-cols-2 divide-n5 sm:flex sm:divide-x">
      {of.map(([name, value, hint]) => (
        <div key={name} className="min-w-0 flex-1 px-4 py-3">
          <dt className="label">{name}</dt>
          <dd className="text-lg leading-7 font-semibold">{value}</dd>
          {hint && <dd className="text-xs text-n8">{hint}</dd>}
        </div>
      ))}
    </dl>
  )
}
