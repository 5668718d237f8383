import { CircleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** Explains what will appear here and how to get there. */
export function Empty({ icon: Icon, title, children }: { icon?: LucideIcon; title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-12 text-center">
      {Icon && <Icon aria-hidden className="mb-2 size-6 text-n7" strokeWidth={1.5} />}
      <p className="font-medium text-n9">{title}</p>
      {children && <p className="max-w-prose text-n8">{children}</p>}
    </div>
  )
}

/** Shows what happened and a button to try again. */
export function Failure({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-lg bg-danger-soft px-4 py-3 text-danger">
      <CircleAlert aria-hidden className="size-4 shrink-0" />
      <p className="min-w-0 flex-1">{error.message}</p>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}

/** Keeps the layout while something loads; shows after 200 ms. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div role="status" className="appear-late flex flex-col gap-3 p-4">
      <span className="sr-only">Loading…</span>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars that are all alike
        <div key={i} aria-hidden className="h-4 rounded-md bg-n4 first:w-2/3 last:w-1/2" />
      ))}
    </div>
  )
}

type Asked<Data> = { data: Data | undefined; error: Error | null; refetch: () => unknown }

/** Shows what was asked for, or that it loads, or that it failed. */
export function Loaded<Data>({
  of,
  lines,
  children,
}: {
  of: Asked<Data>
  lines?: number
  children: (data: Data) => ReactNode
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>
  if (of.error) return <Failure error={of.error} onRetry={() => of.refetch()} />
  return <Skeleton lines={lines} />
}
