'use client'
import type { ReactElement, ReactNode } from 'react'
import { useMilepost } from './context.js'
import type { Query } from './use-query.js'

type ShownProps<T> = {
  readonly query: Query<T>
  /** How many lines the skeleton has, so that what comes finds its room. */
  readonly lines?: number
  /** Besides where the data is null or an empty list. */
  readonly isEmpty?: (data: NonNullable<T>) => boolean
  readonly empty?: string
  readonly className: string
  readonly children: (data: NonNullable<T>) => ReactNode
}

/** Shows what was read, or that it is being read (after 200 ms, by CSS), that there is nothing, that it failed, or that there is no network. */
export function Shown<T>({ query, lines = 3, isEmpty, empty, className, children }: ShownProps<T>): ReactElement {
  const { texts } = useMilepost()
  const { data, error, isOffline, isLoading, reload } = query
  const isUnknown = data === undefined
  const isNoted = isUnknown ? error !== null && !isLoading : error !== null || isOffline
  return (
    <div className={`mp ${className}`} aria-busy={isLoading}>
      {isNoted && (
        <p className="mp-note" role="status">
          {isOffline ? (isUnknown ? texts.offlineEmpty : texts.offline) : texts.failed}{' '}
          <button type="button" className="mp-link" onClick={reload}>
            {texts.retry}
          </button>
        </p>
      )}
      {isUnknown ? (
        !isNoted && <Skeleton lines={lines} />
      ) : data == null || (data as { length?: number }).length === 0 || isEmpty?.(data) ? (
        <p className="mp-empty">{empty}</p>
      ) : (
        children(data)
      )}
    </div>
  )
}

function Skeleton({ lines }: { readonly lines: number }): ReactElement {
  const { texts } = useMilepost()
  return (
    <div className="mp-skeleton">
      <span className="mp-hidden">{texts.loading}</span>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <span key={i} className="mp-bone" />
      ))}
    </div>
  )
}
