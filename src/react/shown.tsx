'use client'
import type { ReactElement, ReactNode } from 'react'
import { useMilepost } from './context.js'
import type { Query } from './use-query.js'

type ShownProps<T> = {
  readonly query: Query<T>
  /** How many lines the skeleton has, so that what comes finds its room. */
  readonly lines?: number
  /** Besides where the data is null. */
  readonly isEmpty?: (data: NonNullable<T>) => boolean
  readonly empty?: string
  readonly className: string
  readonly children: (data: NonNullable<T>) => ReactNode
}

/** Shows what was read, or that it is being read (after 200 ms, by CSS), that there is nothing, that it failed, or that there is no network. */
export function Shown<T>(props: ShownProps<T>): ReactElement {
  const { query, className } = props
  return (
    <div className={`mp ${className}`} aria-busy={query.isLoading}>
      {query.data === undefined ? <Without {...props} /> : <With {...props} data={query.data} />}
    </div>
  )
}

function With<T>({ data, query, isEmpty, empty, children }: ShownProps<T> & { readonly data: T | null }): ReactElement {
  const { texts } = useMilepost()
  return (
    <>
      {(query.error !== null || query.isOffline) && <Note query={query} offline={texts.offline} />}
      {data == null || isEmpty?.(data) ? <p className="mp-empty">{empty}</p> : children(data)}
    </>
  )
}

function Without<T>({ query, lines = 3, className }: ShownProps<T>): ReactElement {
  const { texts } = useMilepost()
  if (query.error !== null && !query.isLoading) return <Note query={query} offline={texts.offlineEmpty} />
  return (
    <div className="mp-skeleton">
      <span className="mp-hidden">{texts.loading}</span>
      {Array.from({ length: className === 'mp-grid' ? 6 : lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <span key={i} className="mp-bone" />
      ))}
    </div>
  )
}

/** Shows that reading failed or that there is no network, with a button to try again. */
function Note({ query, offline }: { readonly query: Query<unknown>; readonly offline: string }): ReactElement {
  const { texts } = useMilepost()
  return (
    <p className="mp-note" role="status">
      {query.isOffline ? offline : texts.failed}{' '}
      <button type="button" className="mp-link" onClick={query.reload}>
        {texts.retry}
      </button>
    </p>
  )
}
